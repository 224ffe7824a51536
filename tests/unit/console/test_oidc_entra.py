"""Microsoft Entra answers for addresses in its own way: counted for one company's tenant, nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.services.doors import SignInRefusedError
from tests.unit.console.elsewhere import BACK, CLAIMS, ISSUER, OTHER, Elsewhere, finish, signed

TENANT, ANOTHER = "72f988bf-86f1-41af-91ab-2d7cd011db47", "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
PRIVATE = "9188040d-6c67-4c5b-b112-36a304b66dad"
UNSAID = {name: value for name, value in CLAIMS.items() if name != "email_verified"}


def issuer_of(tenant: str) -> str:
    """What a tenant calls itself."""
    return f"https://login.microsoftonline.com/{tenant}/v2.0"


async def verified(elsewhere: Elsewhere, issuer: str, changed: dict[str, Any]) -> bool:
    """Whether an address counts as verified that comes with these claims from there."""
    elsewhere.at(issuer)
    elsewhere.token = signed({**UNSAID, "iss": issuer, "tid": TENANT, "xms_edov": True, **changed})
    return (await finish({**BACK, "iss": issuer}, issuer)).email_verified


@pytest.mark.parametrize("told", [True, "true", 1, "1"])
async def test_the_domains_owner_is_verified(elsewhere: Elsewhere, told: object) -> None:
    """In each of the forms that Entra has told it in."""
    assert await verified(elsewhere, issuer_of(TENANT), {"xms_edov": told})


@pytest.mark.parametrize("told", [False, "false", 0, "0", None, "", "yes", 2, 1.0, [1], ["true"], {"1": 1}])
async def test_nothing_else_is_a_yes(elsewhere: Elsewhere, told: object) -> None:
    """What is not plainly said is not said."""
    assert not await verified(elsewhere, issuer_of(TENANT), {"xms_edov": told})


@pytest.mark.parametrize("plainly", [False, None, "true", 1])
async def test_a_no_stays_one(elsewhere: Elsewhere, plainly: object) -> None:
    """Where `email_verified` is there, nothing is counted in its place."""
    assert not await verified(elsewhere, issuer_of(TENANT), {"email_verified": plainly})


@pytest.mark.parametrize("tid", [ANOTHER, "", None, TENANT.upper(), [TENANT]])
async def test_of_another_tenant(elsewhere: Elsewhere, tid: object) -> None:
    """Its administrators answer for domains of theirs, not for ours."""
    assert not await verified(elsewhere, issuer_of(TENANT), {"tid": tid})


@pytest.mark.parametrize(
    "issuer",
    [
        ISSUER, issuer_of("common"), issuer_of("organizations"), issuer_of("consumers"), issuer_of(PRIVATE),
        issuer_of(f"{TENANT}/x"), issuer_of(TENANT[:-1]), f"https://login.microsoftonline.com/{TENANT}",
        f"https://login.microsoftonline.com.evil.example/{TENANT}/v2.0",
        f"https://evil.example/login.microsoftonline.com/{TENANT}/v2.0",
        f"https://loginxmicrosoftonline.com/{TENANT}/v2.0", f"{issuer_of(TENANT)}/more",
    ],
)  # fmt: skip
async def test_of_an_issuer_that_is_no_companys_tenant(elsewhere: Elsewhere, issuer: str) -> None:
    """Doors that are open to anybody's account, and others who only use the same name for a claim."""
    tid = PRIVATE if PRIVATE in issuer else issuer.split("/")[3] if issuer.count("/") > 3 else TENANT
    assert not await verified(elsewhere, issuer, {"tid": tid})
    assert not await verified(elsewhere, issuer, {})


async def test_a_forged_token_with_it(elsewhere: Elsewhere) -> None:
    """The claim alone opens nothing: who has signed it counts, and for which tenant."""
    issuer = issuer_of(TENANT)
    elsewhere.at(issuer)
    claims = {**UNSAID, "iss": issuer, "tid": TENANT, "xms_edov": True}
    for forged in (signed(claims, OTHER), signed({**claims, "iss": issuer_of(ANOTHER)})):
        elsewhere.token = forged
        with pytest.raises(SignInRefusedError):
            await finish({**BACK, "iss": issuer}, issuer)


async def test_an_address_from_beside_the_token(elsewhere: Elsewhere) -> None:
    """Userinfo is not what the token speaks of; and what stands only there was signed by nobody."""
    issuer = issuer_of(TENANT)
    elsewhere.at(issuer)
    claims = {name: value for name, value in UNSAID.items() if name != "email"} | {"iss": issuer}
    beside = {"sub": CLAIMS["sub"], "email": "boss@example.com", "tid": TENANT, "xms_edov": True}
    elsewhere.told = beside
    for signed_so in ({"tid": TENANT, "xms_edov": True}, {"tid": TENANT}, {}):
        elsewhere.token = signed({**claims, **signed_so})
        found = await finish({**BACK, "iss": issuer}, issuer)
        assert (found.email, found.email_verified) == ("boss@example.com", False)
