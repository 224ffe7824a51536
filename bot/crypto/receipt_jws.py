"""What signing and checking agree on: one algorithm, one header, one form of key (ADR 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from bot.domain.receipts import canonical_json, encode

if TYPE_CHECKING:
    from joserfc._rfc7515.model import JWSAlgModel
    from joserfc.jwk import OKPKey

ALGORITHM = "EdDSA"
CURVE = "Ed25519"
TYPE = "fairwell-receipt+jwt"


class ReceiptRegistry(JWSRegistry):
    """EdDSA and nothing else.

    joserfc advises against the name EdDSA (RFC 9864 prefers `Ed25519`), because it does not name the curve.
    We fix the curve ourselves, and EdDSA is what verifiers in the field know; so its warning is left out,
    not its check.
    """

    def get_alg(self, name: str) -> JWSAlgModel:
        """Raises `UnsupportedAlgorithmError` for every other algorithm."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"receipts are signed with {ALGORITHM}")
        return self.algorithms[ALGORITHM]


def header(kid: str) -> dict[str, str]:
    """The whole protected header, in the order of canonical JSON. There is never anything else in it."""
    return {"alg": ALGORITHM, "kid": kid, "typ": TYPE}


def public_jwk(key: OKPKey) -> dict[str, str]:
    """The public half as a JWK; `kid` is its RFC 7638 thumbprint, so that no key goes by another's name."""
    x = key.as_dict(private=False)["x"]
    return {"alg": ALGORITHM, "crv": CURVE, "kid": key.thumbprint(), "kty": "OKP", "use": "sig", "x": str(x)}


def first_segment(kid: str) -> str:
    """What every JWS signed with a key of this name begins with, up to the first dot."""
    return encode(canonical_json(header(kid)))
