"""Reads policy.yml: policies by plan and country. docs/policies.md has the table of its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.periods import Interval
from bot.domain.policies import (
    Ending,
    Ends,
    NoticeTo,
    Pausing,
    Policies,
    Refund,
    Rules,
    Withdrawal,
)
from bot.policies.nodes import Node, NodeFaultError, PolicyFileError, compose

_Word = TypeVar("_Word", bound=StrEnum)
_COUNTRY = re.compile("[A-Z]{2}")
#: Codes that people write, and ISO 3166-1 does not have for a country.
_MEANT = {"UK": "GB", "EL": "GR", "EU": "each country of it"}
_UNDO = re.compile(r"([1-9]\d{0,2}) (hour|day)s?", re.ASCII)
_DAYS = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_YES, _NO = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})
_END = "at_once, period_end, or a notice and what it runs to"
#: Nothing may take longer to end than this; a law that allows more is unknown to us.
_LONGEST_NOTICE = 366
_LONGEST_UNDO = timedelta(days=14)
_LONGEST_WITHDRAWAL = 366


def read_policies(path: Path) -> Policies:
    """The policies in a file.

    Raises `PolicyFileError`, with a line for everything that is wrong with it, and `OSError` where it can't
    be read.
    """
    root = compose(path)
    rules: dict[str, Rules] = {}
    country: str | None = None
    given: set[str] = set()
    for name, node in root.fields("takes country and plans"):
        given.add(name)
        if name == "country":
            country = node.read(_country)
        elif name == "plans":
            rules = _plans(node)
        else:
            node.fault("not a field here; there are country and plans")
    if "plans" not in given and not root.faults:
        root.fault("takes plans, at least for '*', which is every plan")
    if root.faults:
        in_order = sorted(root.faults, key=lambda fault: fault.line)
        raise PolicyFileError(str(path), tuple(in_order))
    return Policies(rules, country)


def _plans(node: Node) -> dict[str, Rules]:
    rules: dict[str, Rules] = {}
    spelt: dict[str, str] = {}
    for name, plan in node.fields("takes plans by reference or name, or '*' for every plan"):
        rules[name] = _rules(plan)
        if spelt.setdefault(name.casefold(), name) != name:
            plan.fault(f"is the same plan as {spelt[name.casefold()]}")
    if not rules and not node.faults:
        node.fault("takes at least one plan, or '*' for every plan")
    return rules


def _rules(node: Node) -> Rules:
    said: dict[str, Any] = {}
    by_country: dict[str, Mapping[str, Any]] = {}
    for name, value in node.fields("takes fields such as end and refund"):
        if name == "countries":
            for code, elsewhere in value.fields("takes countries, such as DE"):
                if (takes := _no_country(code)) is not None:
                    elsewhere.fault(f"takes {takes}")
                by_country[code] = _fields(elsewhere)
        else:
            said |= _field(name, value)
    return Rules(_whole(said), by_country)


def _fields(node: Node) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, value in node.fields("takes fields such as end and refund"):
        said |= _field(name, value)
    return _whole(said)


def _whole(said: dict[str, Any]) -> dict[str, Any]:
    """Whoever says how a plan ends says all of it: the rule for once it has renewed goes with the old end."""
    return {"renewed": None, **said} if "end" in said else said


def _field(name: str, node: Node) -> dict[str, Any]:
    """One field of a policy, by the name it has there; none where it is wrong."""
    known = FIELDS.get(name)
    if known is None:
        node.fault(f"not a field of a policy; there are {', '.join((*FIELDS, 'countries'))}")
        return {}
    field, reader = known
    before = len(node.faults)
    value = node.read(reader)
    return {field: value} if len(node.faults) == before else {}


def _ending(node: Node) -> Ending:
    if node.text is not None:
        kinds = {"at_once": Ends.AT_ONCE, "period_end": Ends.PERIOD_END}
        if node.text not in kinds:
            raise NodeFaultError(_END)
        return Ending(kinds[node.text])
    if not node.mapping:
        raise NodeFaultError(_END)
    parts = dict(node.fields(_END))
    for name, part in parts.items():
        if name not in {"notice", "to"}:
            part.fault("not a field here; there are notice and to")
    for name in ("notice", "to"):
        if name not in parts:
            node.fault(f"lacks {name}: a notice has a length, and what it runs to")
            return Ending(Ends.PERIOD_END)
    notice, to = parts["notice"].read(_notice), parts["to"].read(_word(NoticeTo))
    if notice is None or to is None:
        return Ending(Ends.PERIOD_END)
    return Ending(Ends.NOTICE, notice, to)


def _ending_or_none(node: Node) -> Ending | None:
    return None if node.text in _NO else _ending(node)


def _notice(node: Node) -> Interval:
    length = _length(node)
    if length.days > _LONGEST_NOTICE or length.months > 12:
        raise NodeFaultError("a year at most")
    return length


def _length(node: Node) -> Interval:
    try:
        return Interval(node.text or "")
    except ValueError as fault:
        raise NodeFaultError("a length such as 14 days, 2 weeks or 1 month") from fault


def _withdrawal(node: Node) -> Withdrawal | None:
    if node.text is not None:
        return Withdrawal() if _yes_or_no(node, ", or days and refund") else None
    days: int | None = None
    refund: Refund | None = None
    for name, part in node.fields("takes yes, no, or days and refund"):
        if name == "days":
            days = part.read(_days)
        elif name == "refund":
            refund = part.read(_word(Refund, but=Refund.NONE))
        else:
            part.fault("not a field here; there are days and refund")
    usual = Withdrawal()
    return Withdrawal(days or usual.days, refund or usual.refund)


def _days(node: Node) -> int:
    days = int(node.text or "") if _DAYS.fullmatch(node.text or "") else 0
    if not 1 <= days <= _LONGEST_WITHDRAWAL:
        raise NodeFaultError(f"a number of days from 1 to {_LONGEST_WITHDRAWAL}")
    return days


def _pause(node: Node) -> Pausing | None:
    if node.text is not None:
        return Pausing() if _yes_or_no(node, ", or at_most") else None
    at_most: Interval | None = None
    for name, part in node.fields("takes yes, no, or at_most"):
        if name == "at_most":
            at_most = part.read(_length)
        else:
            part.fault("not a field here; there is at_most")
    return Pausing(at_most)


def _undo(node: Node) -> timedelta | None:
    if node.text in _NO:
        return None
    match = _UNDO.fullmatch(node.text or "")
    window = timedelta(**{f"{match[2]}s": int(match[1])}) if match else timedelta(0)
    if not timedelta(0) < window <= _LONGEST_UNDO:
        raise NodeFaultError("no, or hours or days up to 14 days, such as 24 hours")
    return window


def _country(node: Node) -> str:
    if (takes := _no_country(node.text or "")) is not None:
        raise NodeFaultError(takes)
    return node.text or ""


def _no_country(code: str) -> str | None:
    """What a country's code has to be; None where it is one."""
    if code in _MEANT:
        return f"codes of ISO 3166-1; meant is {_MEANT[code]}"
    return None if _COUNTRY.fullmatch(code) else "a country as two letters of ISO 3166-1, such as DE"


def _yes_or_no(node: Node, more: str = "") -> bool:
    if node.text not in _YES | _NO:
        raise NodeFaultError(f"yes or no{more}")
    return node.text in _YES


def _word(words: type[_Word], but: _Word | None = None) -> Callable[[Node], _Word]:
    """Reads one of a few words."""
    there = [word for word in words if word is not but]

    def read(node: Node) -> _Word:
        found = next((word for word in there if word.value == node.text), None)
        if found is None:
            raise NodeFaultError(" or ".join(there))
        return found

    return read


#: What a policy may say: the name in the file, the field of `Policy`, and who reads it.
FIELDS: Mapping[str, tuple[str, Callable[[Node], object]]] = {
    "end": ("end", _ending),
    "end_once_renewed": ("renewed", _ending_or_none),
    "later_dates": ("later", _yes_or_no),
    "refund": ("refund", _word(Refund, but=Refund.FULL)),
    "withdrawal": ("withdrawal", _withdrawal),
    "pause": ("pause", _pause),
    "undo": ("undo", _undo),
    "consumers": ("consumers", _yes_or_no),
}
