"""Components of the pipeline: trained, kept in a model, loaded from it, and asked."""

import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.intent_classifier import SENTENCE_RANKINGS, IntentClassifier
from bot.understanding.reason_component import ReasonComponent
from bot.understanding.tfidf_featurizer import TfidfFeaturizer
from bot.understanding.tokenizer import PlainTokenizer
from bot.understanding.trained import Trained

_Component = TypeVar("_Component", TfidfFeaturizer, IntentClassifier, ReasonComponent)

_CONTEXT = ExecutionContext(GraphSchema({}), node_name="test")
_SENTENCES: tuple[tuple[str, str, list[str]], ...] = (
    ("cancel my plan", "cancel", []),
    ("please cancel it", "cancel", []),
    ("it costs too much", "give_reason", ["too_expensive"]),
    ("way too expensive for me", "give_reason", ["too_expensive"]),
    ("hello there", "greet", []),
    ("hello again", "greet", []),
)


class _Strange(Trained):
    """Keeps something that no component of ours ever keeps."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.learnt: object = None

    def _take(self, learnt: object) -> None:
        self.learnt = learnt


def _messages() -> list[Message]:
    tokenizer = PlainTokenizer(PlainTokenizer.get_default_config())
    made = [
        Message({TEXT: text, INTENT: intent, "metadata": {"intent": {"reasons": reasons}}})
        for text, intent, reasons in _SENTENCES
    ]
    tokenizer.process_training_data(TrainingData(made))
    return made


class TrainedTest(unittest.TestCase):
    """Against Rasa's own storage of models."""

    def setUp(self) -> None:
        """A storage of its own for each test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage.create(Path(folder.name))

    def trained(self, kind: type[_Component], config: dict[str, Any], data: TrainingData) -> _Component:
        """A component as a later process has it: trained by one object, loaded by another."""
        resource = Resource(kind.__name__)
        config = {**kind.get_default_config(), **config}
        kind.create(config, self.storage, resource, _CONTEXT).train(data)
        loaded: _Component = kind.load(config, self.storage, resource, _CONTEXT)
        return loaded

    def test_a_pipeline_survives_being_stored(self) -> None:
        """Features, ranking and reasons come from what was loaded."""
        data = TrainingData(_messages())
        features = self.trained(TfidfFeaturizer, {"min_df": 1, "pieces": [2, 3]}, data)
        features.process_training_data(data)
        intents = self.trained(IntentClassifier, {"max_iter": 500}, data)
        reasons = self.trained(ReasonComponent, {}, data)
        messages = _messages()
        for component in (features, intents, reasons):
            component.process(messages)
        assert [message.get(INTENT)["name"] for message in messages] == [
            intent for _, intent, _ in _SENTENCES
        ]
        assert [message.get("reasons") for message in messages] == [named for _, _, named in _SENTENCES]
        for message in messages:
            shares = [entry["confidence"] for entry in message.get(INTENT_RANKING_KEY)]
            assert shares == sorted(shares, reverse=True)
            assert abs(sum(shares) - 1) < 1e-6

    def test_each_sentence_of_several_is_ranked(self) -> None:
        """A text of one sentence is ranked as a whole only."""
        data = TrainingData(_messages())
        features = self.trained(TfidfFeaturizer, {"min_df": 1, "pieces": [2, 3]}, data)
        features.process_training_data(data)
        intents = self.trained(IntentClassifier, {"max_iter": 500}, data)
        several, one = Message({TEXT: "Hello there. Please cancel my plan."}), Message({TEXT: "hello there"})
        PlainTokenizer(PlainTokenizer.get_default_config()).process([several, one])
        for component in (features, intents):
            component.process([several, one])
        assert [part[0]["name"] for part in several.get(SENTENCE_RANKINGS)] == ["greet", "cancel"]
        assert one.get(SENTENCE_RANKINGS) == []

    def test_a_model_brings_no_code_of_its_own(self) -> None:
        """What was never written by us is not loaded."""
        resource = Resource("strange")
        _Strange.create({}, self.storage, resource, _CONTEXT)._keep(Counter("abc"))
        with self.assertRaisesRegex(ValueError, "holds collections.Counter"):
            _Strange.load({}, self.storage, resource, _CONTEXT)

    def test_what_was_kept_is_loaded(self) -> None:
        """Plain things need no permission."""
        resource = Resource("plain")
        _Strange.create({}, self.storage, resource, _CONTEXT)._keep({"a": [1, 2]})
        assert _Strange.load({}, self.storage, resource, _CONTEXT).learnt == {"a": [1, 2]}

    def test_a_run_of_pieces_has_a_length(self) -> None:
        """Settings that mean nothing are refused when the pipeline is built."""
        with self.assertRaisesRegex(ValueError, "pieces: 3 to 2"):
            TfidfFeaturizer.validate_config({"words": [1, 2], "pieces": [3, 2]})


if __name__ == "__main__":
    unittest.main()
