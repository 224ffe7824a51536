"""`fairwell receipts`: checks a receipt with nothing but the company's public keys."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.crypto.receipt_verification import VerifiedReceipt

_KINDS = {
    "cancel": "the cancellation of",
    "undo": "taking back the cancellation of",
    "pause": "the pause of",
    "resume": "the end of the pause of",
    "withdraw": "the withdrawal from",
}


def register(commands: typer.Typer) -> None:
    """Adds `receipts` with its commands."""
    group = typer.Typer(help="Receipts of cancellations.", no_args_is_help=True)
    group.command("verify")(verify)
    group.command("renew")(renew)
    commands.add_typer(group, name="receipts")


def verify(
    file: Annotated[str, typer.Argument(help='The receipt as JSON, {"jws", "disclosures"}; - for stdin.')],
    jwks: Annotated[
        str | None,
        typer.Option(help="The public keys: a JWKS file or address. Default: the keys of this installation."),
    ] = None,
) -> None:
    """Check a receipt and print what it states. Exit code 0 if it is valid, 1 with one line if it is not."""
    from bot.crypto.receipt_verification import verify_receipt

    document = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    verified = verify_receipt(document, _keys(jwks))
    typer.echo("\n".join(stated(verified)))


def renew(
    kid: Annotated[str, typer.Argument(help="The revoked key's whole name, as `keys list` has it.")],
) -> None:
    """Sign again, with the key that signs now, all receipts kept here that a revoked key has signed.

    They state what they did and keep number and page; old copies stay refused. Look first whether somebody
    who had the key could write into the database, too: what is there is vouched for.
    """
    from bot.crypto.receipt_jws import first_segment
    from bot.services import receipts
    from cli.application import application

    app = application()
    if app.signer.revocation(kid) is None:
        raise CommandError(f"{kid} is no revoked key of this installation; `fairwell keys list` shows them")
    count = receipts.renew(app.deps, first_segment(kid))
    what = "receipt is" if count == 1 else "receipts are"
    typer.echo(f"{count} {what} signed anew, with {app.signer.kid}.")


def _keys(source: str | None) -> Mapping[str, object] | bytes:
    if source is None:
        return _own_keys()
    if not source.startswith(("http://", "https://")):
        return Path(source).read_bytes()
    import httpx

    return httpx.get(source, timeout=10, follow_redirects=True).raise_for_status().content


def _own_keys() -> Mapping[str, object]:
    """The public halves of this installation's keys, revoked ones marked; never makes any."""
    from datetime import UTC, datetime

    from bot.crypto.keys import KeyRing
    from bot.crypto.receipt_keys import ReceiptKeys, read_keys
    from bot.settings import load_settings

    folder = load_settings().keys
    if not any(folder.glob("receipt-*.pem")):
        raise CommandError(f"no receipt keys in {folder}; give the company's public keys with --jwks")
    keys = ReceiptKeys(read_keys(KeyRing(folder)), datetime.now(UTC))
    return {"keys": [*keys.jwks()["keys"], *keys.revoked_jwks()["keys"]]}


def stated(receipt: VerifiedReceipt) -> list[str]:
    """What a verified receipt says, in plain words."""
    claims: Mapping[str, Any] = receipt.claims
    kind = _KINDS.get(str(claims["kind"]), f"{claims['kind']} of")
    facts = [
        ("Number", claims["number"]),
        ("States", f"{kind} the {claims['plan']} plan"),
        ("Company", claims["iss"]),
        ("Customer", _customer(receipt.personal)),
        ("Said", f"“{receipt.personal['words']}”" if "words" in receipt.personal else "(erased)"),
        ("Received", _time(claims["received_at"])),
        ("Carried out", _time(claims["carried_out_at"])),
        ("Takes effect", _time(claims["effective_at"])),
        *([("Paused until", _time(claims["until"]))] if "until" in claims else []),
        ("Still charged", _money(claims["charged"])),
        ("Refunded", _money(claims["refunded"])),
        ("Signed with", f"key {receipt.kid}"),
    ]
    return ["Valid: exactly as issued.", *(f"  {name:<14}{value}" for name, value in facts)]


def _customer(personal: Mapping[str, str]) -> str:
    if "customer_name" not in personal:
        return personal.get("customer", "(erased)")
    return f"{personal['customer_name']} ({personal.get('customer', 'erased')})"


def _time(text: str) -> str:
    return text.replace("T", " ").replace("Z", " UTC")


def _money(amount: Mapping[str, Any]) -> str:
    from bot.domain.money import Money
    from bot.wording.formats import Formats

    said = Money(amount["minor"], amount["currency"])
    return Formats("en", ZoneInfo("UTC")).value(said) if said else "nothing"
