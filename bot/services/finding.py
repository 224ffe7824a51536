"""Finding conversations again, for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.customers import is_email, normalise_email
from bot.domain.finding import Cursor, Facet, Filter, Page
from bot.services.dependencies import Dependencies

#: A page of a list.
PAGE = 50
#: What one can choose from.
_CHOICES = (Facet.OUTCOME, Facet.REASON, Facet.PLAN, Facet.LABEL)


def find(
    deps: Dependencies, wanted: Filter, reader: str, cursor: Cursor | None = None, *, by_address: bool = False
) -> Page:
    """A page, newest first. An e-mail address in place of words finds that customer's conversations.

    Only with `by_address`: whose address it is, is told to those who may see personal data. To all others,
    and for an address nobody has, it is words that nobody said: addresses stand in no transcript.
    """
    with deps.store.reading() as work:
        if is_email(wanted.words.strip()):
            known = work.customers.by_email(normalise_email(wanted.words)) if by_address else None
            if known is None:
                return Page()
            wanted = replace(wanted, words="", customer_ref=known.ref)
        return work.finding.find(wanted, reader, cursor, PAGE)


def choices(deps: Dependencies) -> Mapping[Facet, Sequence[str]]:
    """What there is to filter by."""
    with deps.store.reading() as work:
        return {facet: work.finding.values(facet) for facet in _CHOICES}
