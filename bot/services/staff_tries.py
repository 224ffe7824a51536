"""How often staff's passwords and codes may be tried, counted so that nobody can shut anybody else out.

A browser in which somebody has signed in before counts for itself, for that person alone; everybody else is
counted by their network, for each account and altogether (OWASP calls it device cookies). So wrong tries by
strangers never reach the owner's own browser. What is left for whoever has many networks is a password that
withstands 10^8 tries, and then a code, whose tries are counted for the account: those are open only to who
knows the password, and against them nobody needs to be protected from being shut out but by another password.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.staff import Staff
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies
from bot.services.doors import TooManyTriesError


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries within that time."""

    most: int
    within: timedelta


#: Passwords for one account, from one browser or one network.
TRIES = Allowance(10, timedelta(minutes=15))
#: Passwords from one network, whoever they are for.
FROM_ONE_NETWORK = Allowance(50, timedelta(minutes=15))
#: Codes for one account: whoever guesses for a year meets one in fifty times.
CODES = Allowance(20, timedelta(days=1))

Tries = Mapping[str, Allowance]


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a try comes from: the network, if anybody can tell, and what the browser was given once."""

    network: str | None = None
    device: str = ""
    browser: str = ""

    def is_known_to(self, member: Staff | None) -> bool:
        """Whether this very person has signed in here before: a colleague's browser is a stranger's."""
        return member is not None and self.device.rpartition(".")[2] == member.id


def passwords(deps: Dependencies, address: str, member: Staff | None, caller: Caller) -> Tries:
    """What a password that is tried for an address counts for; `member` is whose it is, if anybody's."""
    if caller.is_known_to(member):
        return {_key(deps, f"device {caller.device}"): TRIES}
    network = caller.network or "unknown"
    return {
        _key(deps, f"network {network} {address}"): TRIES,
        _key(deps, f"network {network}"): FROM_ONE_NETWORK,
    }


def codes(deps: Dependencies, member: Staff, caller: Caller) -> Tries:
    """What a code counts for."""
    where = f"device {caller.device}" if caller.is_known_to(member) else "elsewhere"
    return {_key(deps, f"code {member.id} {where}"): CODES}


def own_password(deps: Dependencies, staff_id: str) -> Tries:
    """What it counts for where somebody signed in repeats their password: the browser may be left open."""
    return {_key(deps, f"own {staff_id}"): TRIES}


def admit(deps: Dependencies, work: UnitOfWork, tries: Tries) -> None:
    """Counts a try. Raises `TooManyTriesError`, for which it does not count: waiting helps."""
    now = deps.clock.now()
    # In one order for all, so that no two wait for each other.
    counted = {
        key: [at for at in work.visits.lock(key, now) if at > now - tries[key].within]
        for key in sorted(tries)
    }
    waits = [
        tried[-tries[key].most] + tries[key].within - now
        for key, tried in counted.items()
        if len(tried) >= tries[key].most
    ]
    if waits:
        raise TooManyTriesError(math.ceil(max(waits).total_seconds()))
    for key, tried in counted.items():
        work.visits.note(key, [*tried, now], now + tries[key].within, now)


def take_back(deps: Dependencies, work: UnitOfWork, tries: Tries) -> None:
    """The try just admitted was right: it does not count."""
    now = deps.clock.now()
    for key in sorted(tries):
        tried = sorted(work.visits.lock(key, now))[:-1]
        work.visits.note(key, tried, now + tries[key].within, now)


def forget(deps: Dependencies, work: UnitOfWork, tries: Tries) -> None:
    """Who got in has not been guessing. The network as a whole may have been: that goes on counting."""
    now = deps.clock.now()
    for key in sorted(key for key, allowance in tries.items() if allowance is TRIES):
        work.visits.lock(key, now)
        work.visits.note(key, (), now, now)


def _key(deps: Dependencies, what: str) -> str:
    # Neither addresses of people nor of networks are kept, only digests of them.
    return deps.hasher.digest("staff tries", what)
