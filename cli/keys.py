"""`fairwell keys`: the keys that receipts are signed with, a new one, and the end of a stolen one."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.domain.receipts import RevocationReason
from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.crypto.keys import KeyRing
    from bot.crypto.receipt_keys import ReceiptKey, ReceiptKeys

_KEPT_FROM_WRITING = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def register(commands: typer.Typer) -> None:
    """Adds `keys` with its commands."""
    group = typer.Typer(help="The keys that receipts are signed with.", no_args_is_help=True)
    group.command("list")(list_keys)
    group.command("rotate")(rotate)
    group.command("revoke")(revoke)
    commands.add_typer(group, name="keys")


def list_keys() -> None:
    """List the keys, newest first: which one signs, which still prove, which are revoked."""
    from cli.table import table

    keys = _standing(_ring())
    rows = [(f"receipt-{key.number:04}", key.kid, _state(keys, key)) for key in keys.keys]
    typer.echo(table(("key", "kid", "state"), rows))


def rotate(
    *,
    minutes: Annotated[
        int, typer.Option("--in", min=0, max=60 * 24 * 90, help="Minutes until it signs; published at once.")
    ] = 10,
) -> None:
    """Make a new key; what the older ones have signed stays valid. Nothing has to be started again.

    Where each replica has a copy of the keys, hand the new file to all of them before it signs (--in).
    """
    from bot.crypto import receipt_rotation

    ring = _ring()
    with _writing():
        made = receipt_rotation.rotate(ring, datetime.now(UTC), timedelta(minutes=minutes))
    typer.echo(f"receipt-{made.number:04} {made.kid} {_state(_standing(ring), made)}.")


def revoke(
    kid: Annotated[str, typer.Argument(help="Its whole name, as listed; after -- where it begins with -.")],
    *,
    reason: Annotated[
        RevocationReason, typer.Option(help="What is published as the reason.")
    ] = RevocationReason.UNSPECIFIED,
) -> None:
    """Revoke a key that somebody else may have, for good: no receipt signed with it counts any more.

    `fairwell receipts renew KID` signs them again, from the ledger.
    """
    from bot.crypto import receipt_rotation

    with _writing():
        signing = receipt_rotation.revoke(_ring(), kid, datetime.now(UTC), reason)
    typer.echo(f"{kid} is revoked. {signing.kid} signs now. Next: fairwell receipts renew -- {kid}")


def _ring() -> KeyRing:
    """The installation's key ring, where there is one: these commands make no installation."""
    from bot.crypto.keys import KeyRing
    from bot.settings import load_settings

    folder = load_settings().keys
    if not any(folder.glob("receipt-*.pem")):
        raise CommandError(f"no receipt keys in {folder}; the first start makes one")
    return KeyRing(folder)


def _standing(ring: KeyRing) -> ReceiptKeys:
    from bot.crypto.receipt_keys import ReceiptKeys, read_keys

    return ReceiptKeys(read_keys(ring), datetime.now(UTC))


def _state(keys: ReceiptKeys, key: ReceiptKey) -> str:
    if key.revoked is not None:
        return f"revoked {_time(key.revoked.at)}, {key.revoked.reason.value}"
    if key.kid == keys.signing.kid:
        return "signs"
    # A newer one that signs already has taken the place of one that was still to begin.
    if key.signs_from is not None and key.signs_from > keys.now and key.number > keys.signing.number:
        return f"signs from {_time(key.signs_from)}"
    return "retired, still proves"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


@contextmanager
def _writing() -> Iterator[None]:
    """A folder that must not be written to is said to be one, with what to do then."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in _KEPT_FROM_WRITING:
            raise
        raise CommandError(
            "the keys can't be changed from here; run this where they are kept, with FAIRWELL_HOME above a "
            "copy of them, and hand the copy out again (docs/operate.md, Keys of receipts)"
        ) from fault
