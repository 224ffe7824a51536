"""The faster ways to ask scikit-learn's models give the numbers that scikit-learn gives."""

import unittest

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression

from bot.understanding.linear import Linear, features_of, has_features
from bot.understanding.tfidf_featurizer import Weighing, vectorizers

_TEXTS = ["cancel my plan", "please cancel my plan now", "hello there", "hello again my friend", "what a day"]
_NAMES = ["cancel", "cancel", "greet", "greet", "other"]
_CONFIG = {"words": [1, 2], "pieces": [2, 4], "min_df": 1}


class TestTheSameNumbers(unittest.TestCase):
    """Of features and of scores."""

    def test_a_row_of_features_is_scikit_learns(self) -> None:
        """Weighted by rarity and of length one, also for words nobody has seen, and for no words at all."""
        union = vectorizers(_CONFIG).fit(_TEXTS)
        for text in [*_TEXTS, "cancel cancel cancel it", "zzz", ""]:
            wanted = union.transform([text]).toarray()[0]
            found = np.zeros_like(wanted)
            offset = 0
            for _, vectorizer in union.transformer_list:
                for at, weight in Weighing.of(vectorizer, offset).row(text).items():
                    found[at] = weight
                offset += len(vectorizer.vocabulary_)
            np.testing.assert_allclose(found, wanted, atol=1e-12)

    def test_scores_are_scikit_learns(self) -> None:
        """As its decision function gives them."""
        union = vectorizers(_CONFIG).fit(_TEXTS)
        features = union.transform(_TEXTS)
        model = LogisticRegression().fit(features, _NAMES)
        linear = Linear(model.coef_, model.intercept_)
        for row in features:
            message = Message({TEXT: "any"})
            assert not has_features(message)
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, "test"))
            assert has_features(message)
            np.testing.assert_allclose(
                linear.scores(features_of([message])), model.decision_function(row)[0], atol=1e-5
            )


if __name__ == "__main__":
    unittest.main()
