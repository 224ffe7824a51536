"""The step of the pipeline that says why somebody leaves, as bot.understanding.reasons decides it."""

from typing import Any

import numpy as np
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.understanding.linear import Linear, features_of, has_features
from bot.understanding.reasons import Thresholds, decide, hits_in, load, unhappy
from bot.understanding.trained import Trained


def taught(message: Message) -> list[str] | None:
    """The reasons a training example names, from its own or its block's metadata; None: it teaches none."""
    metadata = message.get(METADATA) or {}
    for level in (METADATA_EXAMPLE, METADATA_INTENT):
        given = metadata.get(level)
        if isinstance(given, dict) and "reasons" in given:
            return [str(reason) for reason in given["reasons"]]
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ReasonComponent(Trained, GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets `reasons`: patterns, and a classifier for each reason, trained on blocks with `reasons`.

    The intent stays what it is. Without such training data patterns decide alone.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._rules = Thresholds(alone=float(config["alone"]), seconded=float(config["seconded"]))
        self._lexicons = load()
        self._models: dict[str, Any] = {}
        self._linear: Linear | None = None

    @staticmethod
    def required_packages() -> list[str]:
        """What Rasa looks for before it builds this."""
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The thresholds as code has them, and the classifier's settings."""
        rules = Thresholds()
        return {
            "alone": rules.alone,
            "seconded": rules.seconded,
            "strength": 3.0,
            "max_iter": 200,
            "random_state": 7,
        }

    def _take(self, learnt: dict[str, Any]) -> None:
        self._models = learnt

    def train(self, training_data: TrainingData) -> Resource:
        """Fit one classifier for each reason that the data names, and keep them with the model."""
        pairs = [
            (message, taught(message)) for message in training_data.training_examples if message.get(TEXT)
        ]
        examples = [(message, reasons) for message, reasons in pairs if reasons is not None]
        names = sorted({reason for _, reasons in examples for reason in reasons})
        features = features_of([message for message, _ in examples]) if names else None
        for name in names:
            answers = np.array([name in reasons for _, reasons in examples])
            if not answers.all():
                self._models[name] = self._classifier().fit(features, answers)
        return self._keep(self._models)

    def _classifier(self) -> LogisticRegression:
        """Not balanced: a probability that is right is worth more here than one that finds everything."""
        return LogisticRegression(
            C=float(self._config["strength"]),
            max_iter=int(self._config["max_iter"]),
            random_state=int(self._config["random_state"]),
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Read the reasons of each message and record them beside its intent."""
        for message in messages:
            text = str(message.get(TEXT) or "")
            hits, vague = hits_in(text, self._lexicons), unhappy(text, self._lexicons)
            reasons = decide(hits, self._probabilities(message), self._rules, vague=vague)
            message.set("reasons", reasons, add_to_output=True)
        return messages

    def _probabilities(self, message: Message) -> dict[str, float]:
        """How likely each reason is to the classifiers; nothing for a text without features, an empty one."""
        if not self._models or not has_features(message):
            return {}
        if self._linear is None:
            models = list(self._models.values())
            self._linear = Linear([one.coef_[0] for one in models], [one.intercept_[0] for one in models])
        scores = self._linear.scores(features_of([message]))
        return {
            name: float(1 / (1 + np.exp(-score))) for name, score in zip(self._models, scores, strict=True)
        }
