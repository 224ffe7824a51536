"""Rasa's logistic regression, asked faster; what is learnt and what is said stays the same."""

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.understanding.linear import Linear, features_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):  # type: ignore[misc]  # Rasa ships no types
    """Ranks the intents of a message."""

    _linear: Linear | None = None

    def _create_X(self, messages: list[Message]) -> csr_matrix:  # noqa: N802  # Rasa's name
        return features_of(messages)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as it is: nothing after this learns from what is said about it."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the ranking of each message, best first, and the first of it as its intent."""
        if self._linear is None:
            self._linear = Linear(self.clf.coef_, self.clf.intercept_)
            self.clf.coef_ = np.empty((0, 0))  # tens of megabytes that nobody asks any more
        for message in messages:
            scores = self._linear.scores(message)
            odds = np.exp(scores - scores.max())
            shares = odds / odds.sum()
            ranking = [
                {"name": str(self.clf.classes_[at]), "confidence": float(shares[at])}
                for at in np.argsort(-shares, kind="stable")
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
