"""What our trainable components of Rasa's graph share: how they are built, and a file of what they learnt."""

from typing import Any, ClassVar, Self

import skops.io
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

_FILE = "learnt.skops"


class Trained:
    """Built from its settings alone; Rasa's storage is handed to it.

    `trusted` names what may stand in the file beside what skops trusts by itself: a model's file must not be
    able to bring code of its own.
    """

    trusted: ClassVar[frozenset[str]] = frozenset()
    _storage: ModelStorage
    _resource: Resource

    def __init__(self, config: dict[str, Any]) -> None:
        raise NotImplementedError

    def _take(self, learnt: Any) -> None:  # noqa: ANN401  # what `_keep` was given
        """Become what was trained."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003  # Rasa asks for the name
    ) -> Self:
        """Build it untrained, the way Rasa's graph asks for it."""
        made = cls(config)
        made._storage, made._resource = model_storage, resource
        return made

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: object,
    ) -> Self:
        """Build it as it was trained. Raises ValueError where its file holds what we never write."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            path = folder / _FILE
            found = frozenset(skops.io.get_untrusted_types(file=path))
            if strange := found - cls.trusted:
                raise ValueError(f"the model of {cls.__name__} holds {', '.join(sorted(strange))}")
            made._take(skops.io.load(path, trusted=sorted(found)))
        return made

    def _keep(self, learnt: Any) -> Resource:  # noqa: ANN401  # anything of scikit-learn's or plain
        """Write what was learnt into the model."""
        with self._storage.write_to(self._resource) as folder:
            skops.io.dump(learnt, folder / _FILE)
        return self._resource
