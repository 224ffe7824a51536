"""Tells open pages that something has changed; what has changed they fetch, as far as they may."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

#: What a page is told where it is not known what changed.
EVERYTHING = "*"


class Live:
    """The open pages of this process. Which conversation changed is all that any of them hears."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str]] = set()

    def tell(self, conversations: Iterable[str]) -> None:
        """Called in the loop. A page that does not listen is told once that it has missed something."""
        for name in conversations:
            for page in self._pages:
                try:
                    page.put_nowait(name)
                except asyncio.QueueFull:
                    while not page.empty():
                        page.get_nowait()
                    page.put_nowait(EVERYTHING)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[str]]:
        """A page's own queue."""
        page: asyncio.Queue[str] = asyncio.Queue(64)
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)
