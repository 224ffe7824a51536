"""Nobody learns at /leave which addresses have an account: same pages, same work, one mail either way."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ports import Store
from tests.unit.gateway.leaver import AT_THE_FORM, Page, leaving
from tests.unit.gateway.support import until
from tests.unit.services.recording import RecordingStore

KNOWN, UNKNOWN = "demo-solo@example.com", "demo-nobody@example.com"
#: Nothing is done in the background that nobody asked for.
STILL = replace(AT_THE_FORM, sweep=3600.0, overdue=3600.0, renew=3600.0, jobs=3600.0, deliveries=3600.0)
#: What workers and those who wait do whenever they are woken, however often that is.
_WHENEVER = (
    "begin", "commit", "outbox.lease", "outbox.put", "deliveries.", "webhooks.", "inbox.get", "inbox.result",
    "inbox.next_accepted", "messages.for_inbox", "conversations.take_lease", "conversations.release_lease",
)  # fmt: skip


@dataclass
class Seen:
    """What a visitor can see, and what work it was."""

    pages: list[str]
    work: Counter[str]
    mails: int
    to: set[str]


def without_ids(page: Page) -> str:
    """The page but for what is new in each: tokens, and the ids of forms."""
    return re.sub(r'value="(token-\d+|[0-9a-f-]{36})"|press\.token-\d+', "…", page.response.text)


class Watched:
    """The recording store that was put around a gateway's."""

    def __call__(self, store: Store) -> RecordingStore:
        """Puts it around."""
        self.store = RecordingStore(store)
        return self.store


async def seen(home: Path, address: str, *codes: str) -> Seen:
    """Leaves with an address, in a company of its own; then tries codes."""
    watched = Watched()
    async with leaving(home / address, STILL, watched) as leaver:
        page = await leaver.open()
        watched.store.taken()
        pages = [await leaver.send(page, email=address)]
        for code in codes:
            # By hand: once the code is used up, the page has no field for another any more.
            pages.append(await leaver.post({**pages[-1].forms[0].hidden, "code": code}))
        sent = leaver.mails
        await until(lambda: bool(sent) and "outbox.done" in watched.store.calls)
        work = Counter(call for call in watched.store.taken() if not call.startswith(_WHENEVER))
        return Seen([without_ids(item) for item in pages], work, len(sent), {mail.to for mail in sent})


@pytest.mark.parametrize("codes", [(), ("000000",), ("000000",) * 5, ("nonsense",), ("000000",) * 6])
async def test_alike(tmp_path: Path, codes: tuple[str, ...]) -> None:
    """At the first press, at a wrong code, when the code is used up, and after."""
    known = await seen(tmp_path, KNOWN, *codes)
    unknown = await seen(tmp_path, UNKNOWN, *codes)

    assert known.pages == unknown.pages
    assert known.work == unknown.work
    assert known.work["customers.by_email"] == 1
    assert known.work["outbox.add"] == 1
    assert (known.mails, unknown.mails) == (1, 1)
    assert (known.to, unknown.to) == ({KNOWN}, {UNKNOWN})


async def test_looking_at_the_page_is_no_work(tmp_path: Path) -> None:
    """Nor does it leave anything behind: crawlers may look as often as they like."""
    watched = Watched()
    async with leaving(tmp_path, STILL, watched) as leaver:
        await leaver.open()
        watched.store.taken()
        await leaver.open("de")
        assert not [call for call in watched.store.taken() if not call.startswith(_WHENEVER)]
