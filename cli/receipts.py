"""`fairwell receipts`: checks a receipt with nothing but the company's public keys."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.crypto.receipt_verification import VerifiedReceipt

_KINDS = {"cancel": "the cancellation of", "undo": "taking back the cancellation of"}


def register(commands: typer.Typer) -> None:
    """Adds `receipts` with its commands."""
    group = typer.Typer(help="Receipts of cancellations.", no_args_is_help=True)
    group.callback()(_keep_as_group)
    group.command("verify")(verify)
    commands.add_typer(group, name="receipts")


def _keep_as_group() -> None:
    """Receipts of cancellations."""


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


def _keys(source: str | None) -> Mapping[str, object] | bytes:
    if source is None:
        return _own_keys()
    if not source.startswith(("http://", "https://")):
        return Path(source).read_bytes()
    import httpx

    return httpx.get(source, timeout=10, follow_redirects=True).raise_for_status().content


def _own_keys() -> Mapping[str, object]:
    """The public halves of this installation's keys; never makes any."""
    from bot.crypto.keys import KeyRing
    from bot.crypto.receipt_signing import Ed25519ReceiptSigner
    from bot.settings import load_settings

    folder = load_settings().keys
    if not any(folder.glob("receipt-*.pem")):
        raise CommandError(f"no receipt keys in {folder}; give the company's public keys with --jwks")
    ring = KeyRing(folder)
    return dict(Ed25519ReceiptSigner(ring.signing_keys(), ring.key("receipt-pages")).jwks())


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
    if not amount["minor"]:
        return "nothing"
    from babel.numbers import format_currency, get_currency_precision

    digits = get_currency_precision(amount["currency"])
    return format_currency(amount["minor"] / 10**digits, amount["currency"], locale="en")
