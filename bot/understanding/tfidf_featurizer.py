"""The features of a text: its words and pairs of words, and the pieces of its words, weighted by rarity.

Rasa's own counting featurizer also makes features of every single token, which a linear classifier never
looks at and which take most of its time; and raw counts let a long story outshout its one decisive sentence.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from bot.understanding.reading import sentences
from bot.understanding.tokenizer import words_of
from bot.understanding.trained import Trained

#: Where the features of each sentence of a message are set, if it has several.
SENTENCES = "sentence_features"
#: Nobody asks for anything in more sentences than these; reading each would take long.
_MOST_SENTENCES = 12


def vectorizers(config: Mapping[str, Any]) -> FeatureUnion:
    """What makes the features, untrained; `bot.understanding.calibrate` trains it on parts of the data."""
    words = TfidfVectorizer(
        ngram_range=tuple(config["words"]),
        min_df=config["min_df"],
        sublinear_tf=True,
        token_pattern=r"(?u)\S+",  # noqa: S106  # tokens of a text
    )
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=tuple(config["pieces"]), min_df=config["min_df"], sublinear_tf=True
    )
    return FeatureUnion([("words", words), ("pieces", pieces)])


class Weighing:
    """One vectorizer, asked about one text at a time without scikit-learn's checks of everything.

    The same numbers at a tenth of the time; a test holds the two together.
    """

    def __init__(
        self, analyse: Callable[[str], list[str]], terms: Sequence[str], idf: Sequence[float], offset: int
    ) -> None:
        self._analyse, self._idf, self._offset = analyse, idf, offset
        self._vocabulary = {term: at for at, term in enumerate(terms)}

    @classmethod
    def of(cls, vectorizer: TfidfVectorizer, offset: int) -> "Weighing":
        """What a trained vectorizer has learnt."""
        learnt = _learnt(vectorizer)
        return cls(vectorizer.build_analyzer(), learnt["terms"].split("\n"), learnt["idf"].tolist(), offset)

    def row(self, text: str) -> dict[int, float]:
        """The weight of each feature of a text, by column; the whole has length one."""
        counts: Counter[int] = Counter()
        counts.update(self._vocabulary[term] for term in self._analyse(text) if term in self._vocabulary)
        weights = {at: (1 + math.log(count)) * self._idf[at] for at, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {at + self._offset: weight / length for at, weight in weights.items()}


def _learnt(vectorizer: TfidfVectorizer) -> dict[str, Any]:
    """The terms by column, a line each, and their rarity: as single objects they take seconds to load."""
    vocabulary = vectorizer.vocabulary_
    return {"terms": "\n".join(sorted(vocabulary, key=vocabulary.__getitem__)), "idf": vectorizer.idf_}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(Trained, SparseFeaturizer, GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets one row of sparse features for each text.

    `words` and `pieces` are the shortest and longest runs of words and of letters inside a word; a piece must
    stand in `min_df` training sentences; `scale` multiplies every feature, which to a regularised classifier
    is the same as regularising it less.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        SparseFeaturizer.__init__(self, type(self).__name__, {"alias": None, **config})
        self._weighings: list[Weighing] = []
        self._width = 0

    @classmethod
    def required_components(cls) -> list[type]:
        """What must stand before it in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What config.yml leaves out."""
        return {"words": [1, 2], "pieces": [2, 5], "min_df": 2, "scale": 3.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse runs that end before they begin. Raises `ValueError`."""
        for name in ("words", "pieces"):
            least, most = config[name]
            if not 1 <= least <= most:
                raise ValueError(f"{name}: {least} to {most} is no run")

    def _take(self, learnt: Mapping[str, Any]) -> None:
        self._weighings, self._width = [], 0
        for name, vectorizer in vectorizers(self._config).transformer_list:
            terms = learnt[name]["terms"].split("\n")
            weighing = Weighing(vectorizer.build_analyzer(), terms, learnt[name]["idf"].tolist(), self._width)
            self._weighings.append(weighing)
            self._width += len(terms)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which words and pieces there are, and how rare each is."""
        union = vectorizers(self._config)
        union.fit([_words(message) for message in training_data.training_examples if message.get(TEXT)])
        learnt = {name: _learnt(vectorizer) for name, vectorizer in union.transformer_list}
        self._take(learnt)
        return self._keep(learnt)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the features of the training sentences, each as a whole."""
        self._set_features(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the features of each message that has a text, and of each sentence of several."""
        self._set_features(messages)
        for message in messages if self._weighings else ():
            found = sentences(str(message.get(TEXT) or ""))
            if 1 < len(found) <= _MOST_SENTENCES:
                message.set(SENTENCES, [self._row(" ".join(words_of(one.text))) for one in found])
        return messages

    def _set_features(self, messages: list[Message]) -> None:
        # An empty text has features, too, all of them zero: the classifier needs a row.
        texts = [message for message in messages if message.get(TEXT) is not None]
        for message in texts if self._weighings else ():
            features = Features(self._row(_words(message)), FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            message.add_features(features)

    def _row(self, words: str) -> csr_matrix:
        found = sorted(at for weighing in self._weighings for at in weighing.row(words).items())
        data = [weight * self._config["scale"] for _, weight in found]
        return csr_matrix((data, [at for at, _ in found], [0, len(found)]), shape=(1, self._width))


def _words(message: Message) -> str:
    return " ".join(token.text for token in message.get(TOKENS_NAMES[TEXT]))
