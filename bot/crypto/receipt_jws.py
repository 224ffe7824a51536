"""What signing and checking a receipt agree on: one algorithm, one header, one form of key (docs/adr/0006-receipts.md)."""

from __future__ import annotations

from typing import Any

from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

ALGORITHM = "EdDSA"
CURVE = "Ed25519"
TYPE = "fairwell-receipt+jwt"


class ReceiptRegistry(JWSRegistry):
    """EdDSA and nothing else.

    joserfc advises against the name EdDSA (RFC 9864 prefers `Ed25519`), because it does not name the curve. We fix the
    curve ourselves, and EdDSA is what verifiers in the field know; so its warning is left out, not its check.
    """

    def get_alg(self, name: str) -> Any:
        """Raises `UnsupportedAlgorithmError` for every other algorithm."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"receipts are signed with {ALGORITHM}")
        return self.algorithms[ALGORITHM]


def header(kid: str) -> dict[str, str]:
    """The whole protected header, in the order of canonical JSON. There is never anything else in it."""
    return {"alg": ALGORITHM, "kid": kid, "typ": TYPE}


def public_jwk(key: OKPKey) -> dict[str, str]:
    """The public half as a JWK; `kid` is its RFC 7638 thumbprint, so that a key can't go by another's name."""
    x = key.as_dict(private=False)["x"]
    return {"alg": ALGORITHM, "crv": CURVE, "kid": key.thumbprint(), "kty": "OKP", "use": "sig", "x": str(x)}
