"""A store that notes what is asked of it: which method of which repository, in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, cast

from bot.ports import Store, UnitOfWork


class RecordingStore:
    """Implements `bot.ports.Store` around another; `calls` are such as `customers.by_email`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: list[str] = []

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """As the other's."""
        self.calls.append("begin")
        return cast("AbstractContextManager[UnitOfWork]", _Work(self._store.begin(), self.calls))

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """As the other's."""
        self.calls.append("reading")
        return cast("AbstractContextManager[UnitOfWork]", _Work(self._store.reading(), self.calls))

    def taken(self) -> list[str]:
        """The calls since the last time."""
        calls = self.calls[:]
        self.calls.clear()
        return calls


class _Work:
    def __init__(self, opened: AbstractContextManager[UnitOfWork], calls: list[str]) -> None:
        self._opened = opened
        self._work: UnitOfWork | None = None
        self._calls = calls

    def __enter__(self) -> Self:
        self._work = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, fault, trace)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a repository, or what it does
        found = getattr(self._work, name)
        return _noted(name, found, self._calls) if name == "commit" else _Repository(name, found, self._calls)


class _Repository:
    def __init__(self, name: str, real: object, calls: list[str]) -> None:
        self._name, self._real, self._calls = name, real, calls

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401 - whatever the method is
        return _noted(f"{self._name}.{method}", getattr(self._real, method), self._calls)


def _noted(name: str, method: Callable[..., object], calls: list[str]) -> Callable[..., object]:
    def noted(*args: object, **kwargs: object) -> object:
        calls.append(name)
        return method(*args, **kwargs)

    return noted
