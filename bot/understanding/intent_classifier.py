"""Rasa's logistic regression, asked faster; what is learnt and what is said stays the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.understanding.linear import Linear, features_of
from bot.understanding.tfidf_featurizer import SENTENCES

#: Where the ranking of each sentence of a message is set, if it has several.
SENTENCE_RANKINGS = "sentence_rankings"


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
        """Set the ranking of each message, best first, and the first of it as its intent.

        Where a message has several sentences, each is ranked as well.
        """
        if self._linear is None:
            self._linear = Linear(self.clf.coef_, self.clf.intercept_)
            self.clf.coef_ = np.empty((0, 0))  # tens of megabytes that nobody asks any more
        for message in messages:
            ranking = self._ranking(self._linear.scores(features_of([message])))
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            rows = message.get(SENTENCES) or ()
            message.set(SENTENCE_RANKINGS, [self._ranking(self._linear.scores(row)) for row in rows])
        return messages

    def _ranking(self, scores: NDArray[np.float64]) -> list[dict[str, Any]]:
        odds = np.exp(scores - scores.max())
        shares = odds / odds.sum()
        return [
            {"name": str(self.clf.classes_[at]), "confidence": float(shares[at])}
            for at in np.argsort(-shares, kind="stable")
        ]
