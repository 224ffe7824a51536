from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.crypto.keys import KeyRing
from bot.crypto.receipt_jws import first_segment
from bot.crypto.receipt_keys import LOOK_AGAIN, KeyFolder
from bot.crypto.receipt_rotation import revoke, rotate
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.money import Money
from bot.domain.receipts import PERSONAL_FIELDS, RevocationReason, payload_of
from bot.services import receipts
from tests.fixtures import builders, read_once
from tests.unit.crypto.support import FACTS
from tests.unit.gateway.support import World

JSON = {"Accept": "application/json"}
Issue = Callable[..., str]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """The keys of this installation."""
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def issue(world: World, ring: KeyRing) -> Issue:
    """Issues a receipt with its true words and keys; returns the page's address."""
    signer = Ed25519ReceiptSigner(KeyFolder(ring, world.clock), b"k" * 32)
    runtime = world.app.state.runtime
    wording = read_once.responses(world.application.settings.zone)
    runtime.deps = replace(runtime.deps, wording=wording, signer=signer)
    runtime.application = replace(world.application, signer=signer)

    def make(kind: OperationKind, locale: str = "en", **facts: object) -> str:
        stated = replace(FACTS, kind=kind, number=f"R-{kind.value}", **facts)  # type: ignore[arg-type]
        payload, disclosures = payload_of(stated, {name: signer.salt() for name in PERSONAL_FIELDS})
        receipt = builders.receipt(
            stated.number, kind=kind, jws=signer.sign(payload), disclosures=disclosures, locale=locale
        )
        with runtime.deps.store.begin() as work:
            builders.populate(work)
            work.operations.add(builders.operation(state=OperationState.CONFIRMED))
            work.receipts.add(receipt)
            work.commit()
        return f"/receipts/{stated.number}?key={signer.page_key(stated.number)}"

    return make


@pytest.mark.parametrize(
    ("kind", "locale", "shown", "not_shown"),
    [
        ("cancel", "en", "Cancellation confirmed|Ends|Still charged", "Paused|Refunded"),
        ("undo", "de", "Kündigung zurückgenommen|Läuft weiter ab", "Noch berechnet"),
        ("pause", "en", "Pause confirmed|Paused from|Paused until|21 January", "Ends|Still charged"),
        ("pause", "de", "Pause bestätigt|Pausiert ab|Pausiert bis", "Endet"),
        ("resume", "en", "Plan resumed|Goes on from", "Paused until|Still charged"),
        ("withdraw", "en", "Withdrawal confirmed|Ended|Still charged|Refunded|€12.00", "Paused"),
        ("withdraw", "de", "Widerruf bestätigt|Beendet|Erstattet|12,00\xa0€", "Pausiert"),
    ],
)
async def test_every_kind_has_its_page(
    world: World, issue: Issue, kind: str, locale: str, shown: str, not_shown: str
) -> None:
    """Title and facts of what was done; as JSON it verifies against the published keys."""
    until = FACTS.received_at + timedelta(days=60) if kind == "pause" else None
    refunded = Money(1200 if kind == "withdraw" else 0, "EUR")
    url = issue(OperationKind(kind), locale, until=until, refunded=refunded)
    page = await world.client.get(url)
    assert page.status_code == 200
    assert [text for text in shown.split("|") if text not in page.text] == []
    assert [text for text in not_shown.split("|") if text in page.text] == []
    keys = (await world.client.get("/.well-known/jwks.json")).content
    claims = verify_receipt((await world.client.get(url, headers=JSON)).content, keys).claims
    assert (claims["kind"], "until" in claims) == (kind, kind == "pause")


@pytest.mark.parametrize(
    ("locale", "title", "anew"),
    [
        ("en", "no longer counts as proof", "sign receipt R-cancel anew"),
        ("de", "gilt nicht mehr als Nachweis", "Beleg R-cancel neu zu signieren"),
    ],
)
async def test_a_revoked_key_proves_nothing_here_either(
    world: World, issue: Issue, ring: KeyRing, locale: str, title: str, anew: str
) -> None:
    """The page says so without any of the facts, in a process that was running; signed anew it is shown."""
    url = issue(OperationKind.CANCEL, locale)
    signer = world.app.state.runtime.application.signer
    kid = signer.kid
    revoke(ring, kid, world.clock.now(), RevocationReason.COMPROMISED)
    world.clock.advance(seconds=LOOK_AGAIN.total_seconds())

    page = await world.client.get(url)
    assert (page.status_code, title in page.text, anew in page.text) == (410, True, True)
    assert "Ada" not in page.text
    assert "Pro" not in page.text
    signed_copy = await world.client.get(url, headers=JSON)
    assert (signed_copy.status_code, signed_copy.json()["error"]["code"]) == (410, "key_revoked")

    [revoked] = (await world.client.get("/.well-known/jwks-revoked.json")).json()["keys"]
    assert (revoked["kid"], revoked["revoked"]["reason"]) == (kid, "compromised")
    good = (await world.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in good] == [signer.kid] != [kid]

    assert receipts.renew(world.app.state.runtime.deps, first_segment(kid)) == 1
    assert (await world.client.get(url)).status_code == 200


async def test_a_rotated_key_goes_on_counting_here(world: World, issue: Issue, ring: KeyRing) -> None:
    """In a process that was running, without a start."""
    url = issue(OperationKind.CANCEL)
    new = rotate(ring, world.clock.now(), timedelta(0)).kid
    world.clock.advance(seconds=LOOK_AGAIN.total_seconds())
    assert (await world.client.get(url)).status_code == 200
    published = await world.client.get("/.well-known/jwks.json")
    assert published.headers["Access-Control-Allow-Origin"] == "*"
    assert published.json()["keys"][0]["kid"] == new
    assert (await world.client.get("/.well-known/jwks-revoked.json")).json() == {"keys": []}
