"""The key ring: every key and secret of an installation, as files that only their owner may read."""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.domain.errors import FairwellError
from bot.domain.receipts import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class KeyFileError(FairwellError):
    """A key file or its folder is unfit; says in one line which and what to do."""


class KeyRing:
    """Keys and secrets in one folder, each made when first asked for.

    The folder is 0700, files are 0600; anything others may read is refused with `KeyFileError`. Two processes
    that start at once get the same keys. A series (`sealing-0001.key`, `receipt-0001.pem`) is rotated by
    adding the next number: the highest is used for new work, the others go on opening and proving what they
    were used for. Of the receipts' keys, `bot.crypto.receipt_keys` knows more.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def secret(self, name: str) -> str:
        """The text secret `NAME.secret`: 256 random bits, URL-safe, unless somebody put another one there."""
        text = self._read_or_make(f"{name}.secret", lambda: secrets.token_urlsafe(32)).strip()
        if len(text) < 32:
            raise KeyFileError(
                f"{self._directory / name}.secret is too short; a secret has at least 32 characters"
            )
        return text

    def key(self, name: str) -> bytes:
        """The 256-bit key `NAME.key`."""
        text = self._read_or_make(f"{name}.key", lambda: encode(secrets.token_bytes(32))).strip()
        try:
            key = decode(text)
        except FairwellError:
            key = b""
        if len(key) != 32:
            raise KeyFileError(f"{self._directory / name}.key does not hold a key of 256 bits in base64url")
        return key

    def sealing_keys(self) -> tuple[str, ...]:
        """The Fernet keys `sealing-*.key`, newest first; the first one is made."""
        found = self.series("sealing", "key")
        if not found:
            # A fixed first name, so that two processes that race for it end up with one key.
            return (self._read_or_make("sealing-0001.key", lambda: Fernet.generate_key().decode()).strip(),)
        return tuple(found[number] for number in sorted(found, reverse=True))

    def series(self, stem: str, suffix: str) -> dict[int, str]:
        """What is in the files `STEM-NUMBER.SUFFIX`, by number; makes none."""
        self._prepare()
        pattern = re.compile(rf"{stem}-(\d{{4,9}})\.{suffix}")
        matches = [pattern.fullmatch(path.name) for path in self._directory.iterdir()]
        found = {int(match[1]): self._directory / match[0] for match in matches if match}
        return {number: self._read(path).strip() for number, path in found.items()}

    def add(self, name: str, content: str) -> bool:
        """Puts a whole new file in place; False, with nothing done, where there is one of this name."""
        self._prepare()
        return self._make(self._directory / name, content)

    def remove(self, name: str) -> None:
        """Removes a file, where there is one."""
        (self._directory / name).unlink(missing_ok=True)
        self._sync_directory()

    def _read_or_make(self, name: str, make: Callable[[], str]) -> str:
        self._prepare()
        path = self._directory / name
        if not path.exists():
            self._make(path, make())
        return self._read(path)

    def _prepare(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._directory.stat().st_mode & 0o077:
            raise KeyFileError(f"{self._directory} is open to others; run: chmod 700 {self._directory}")

    def _make(self, path: Path, content: str) -> bool:
        """Puts a whole file in place or none; whoever is second leaves the first one's file alone."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # like O_EXCL, but nobody ever reads half a file
            except FileExistsError:
                return False
            self._sync_directory()
        finally:
            draft.unlink()
        return True

    def _sync_directory(self) -> None:
        # What is sealed or signed with a key may outlive a power cut; so must the key.
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self, path: Path) -> str:
        try:
            with open(path, encoding="ascii", opener=_no_links) as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise KeyFileError(f"{path} may be read by others; run: chmod 600 {path}")
                content = file.read()
        except OSError as fault:
            raise KeyFileError(f"{path} cannot be read: {fault.strerror}") from fault
        except UnicodeDecodeError as fault:
            raise KeyFileError(f"{path} is not plain text") from fault
        if not content.strip():
            raise KeyFileError(f"{path} is empty")
        return content


def _no_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def new_signing_key() -> str:
    """A fresh Ed25519 private key (PKCS #8, PEM)."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
