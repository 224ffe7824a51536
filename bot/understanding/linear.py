"""Linear classifiers, asked about one text at a time without copying their weights for every message.

scikit-learn hands scipy the weights the wrong way round, and scipy turns them around, tens of megabytes, each
time it is asked about one text. Here they are turned around once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack, vstack


def has_features(message: Message) -> bool:
    """Whether a featurizer made anything of a text."""
    return bool(_parts(message))


def features_of(messages: Sequence[Message]) -> csr_matrix:
    """What the pipeline's featurizers made of each text as a whole, sparse and dense, one row a text."""
    rows = []
    for message in messages:
        parts = [csr_matrix(part.features) for part in _parts(message)]
        rows.append(parts[0] if len(parts) == 1 else hstack(parts))
    return vstack(rows, format="csr")


class Linear:
    """The weights of some classifiers side by side, one a column."""

    def __init__(self, weights: Sequence[NDArray[Any]], bias: Sequence[float]) -> None:
        self._weights = np.ascontiguousarray(np.vstack(weights).T, dtype=np.float32)
        self._bias = np.asarray(bias, dtype=np.float32)

    def scores(self, row: csr_matrix) -> NDArray[np.float64]:
        """What each classifier makes of a row of features, before it is made a share of one."""
        found: Any = row.data.astype(np.float32) @ self._weights[row.indices] + self._bias
        return np.asarray(found, dtype=np.float64)


def _parts(message: Message) -> list[Any]:
    # First come those of each token, second those of the sentence.
    found = [message.get_sparse_features(TEXT)[1], message.get_dense_features(TEXT)[1]]
    return [part for part in found if part is not None]
