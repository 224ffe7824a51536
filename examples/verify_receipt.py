"""Checks receipts without any of Fairwell's code: takes Python and a JOSE library, `pip install joserfc`.

    curl https://leave.example.com/.well-known/jwks.json > keys.json
    python verify_receipt.py keys.json receipt.json

A receipt is the file that its page gives as "Signed copy". Prints what each one proves; the exit code is 1 if
any of them is not exactly as it was issued. docs/receipts.md says what is checked, and why.
"""

import base64
import hashlib
import json
import sys
import warnings
from typing import Any

from joserfc import jwk, jws

warnings.filterwarnings("ignore", message="EdDSA")  # joserfc would rather have the newer name, Ed25519


def verify(receipt: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """The signed facts, with the personal ones that are disclosed beside them. Raises for anything else."""
    kid = json.loads(decode(receipt["jws"].split(".")[0]))["kid"]
    key = next(key for key in keys["keys"] if key["kid"] == kid and "revoked" not in key)
    signed = jws.deserialize_compact(receipt["jws"], jwk.OKPKey.import_key(key), algorithms=["EdDSA"])
    facts: dict[str, Any] = json.loads(signed.payload)
    for disclosure in receipt["disclosures"]:
        if encode(hashlib.sha256(disclosure.encode()).digest()) not in facts["_sd"]:
            raise ValueError("a disclosure is not part of this receipt")
        _, name, value = json.loads(decode(disclosure))
        facts[name] = value
    return facts


def encode(raw: bytes) -> str:
    """base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The same back, in its one spelling."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def main(keys_file: str, *receipt_files: str) -> int:
    """Says of each file what it proves, or why it proves nothing."""
    with open(keys_file, "rb") as file:
        keys = json.load(file)
    refused = 0
    for name in receipt_files:
        try:
            with open(name, "rb") as file:
                facts = verify(json.load(file), keys)
            print(f"{name}: valid\n{json.dumps(facts, indent=2, ensure_ascii=False)}")
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with it, it proves nothing
            refused = 1
            print(f"{name}: refused, {type(fault).__name__}: {fault}")
    return refused


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
