"""What a page without scripts sends: read and checked, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl
from uuid import UUID

from bot.domain.origins import origin_of
from channels.web.parse import is_token, whole

#: Characters. An address has 254 at most; what is longer is cut off, and is none all the same.
MAX_EMAIL, MAX_CODE, MAX_DAY, MAX_WORDS = 320, 40, 40, 8000
#: Bytes, as for every body.
MAX_FORM = 64 * 1024
_MAX_FIELDS = 20
#: Before the name of a button comes what it is.
PRESS = "press."


class FormError(Exception):
    """The form can't be taken: `note` names what is said about it, `status` is the answer's."""

    def __init__(self, status: int, note: str, wait: int | None = None) -> None:
        super().__init__(note)
        self.status, self.note, self.wait = status, note, wait


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each with the length it may have at most. What is not there is None.

    `id` was made when the page was: with what is said it makes the message's own, so that pressing twice says
    it once, and another thing said from the same page is another message.
    """

    id: UUID
    session: str
    proof: str = ""
    language: str | None = None
    email: str | None = None
    end: str = ""
    code: str | None = None
    words: str | None = None
    press: str | None = None
    person: bool = False
    finish: bool = False

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Reads `application/x-www-form-urlencoded`. Raises `FormError` for what no page of ours sends."""
        if len(body) > MAX_FORM:
            raise FormError(413, "large")
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
            given = {name: whole(value) for name, value in pairs}
            page = UUID(given.get("id", ""))
        except ValueError:
            raise FormError(400, "unclear") from None
        session = given.get("session", "")
        press = next((name.removeprefix(PRESS) for name in given if name.startswith(PRESS)), None)
        if not is_token(session) or (press is not None and not is_token(press)):
            raise FormError(400, "unclear")
        return cls(
            id=page,
            session=session,
            proof=given.get("proof", "")[:128],
            language=given.get("language", "")[:35] or None,
            email=_cut(given, "email", MAX_EMAIL),
            end=(_cut(given, "end", MAX_DAY) or "").strip(),
            code=_cut(given, "code", MAX_CODE),
            words=_cut(given, "words", MAX_WORDS),
            press=press,
            person="person" in given,
            finish="finish" in given,
        )

    @property
    def begins(self) -> bool:
        """Whether it is the first form, the one that declares."""
        return bool(self.proof)


def _cut(given: Mapping[str, str], name: str, longest: int) -> str | None:
    value = given.get(name)
    return None if value is None else value[:longest]


def from_elsewhere(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether a browser says that a form was sent by a page of another site, or hides which page it was.

    Text browsers say nothing, or only the page before. There are no cookies here: what another site could
    send carries no session; it shall not begin one for a visitor either.
    """
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    given = headers.get("origin", headers.get("referer"))
    if given is None:
        return False
    found = origin_of(given)
    if found is None:
        return True
    # Whatever the scheme: TLS may end in front of us.
    here = {origin_of(f"{scheme}://{headers.get('host', '')}") for scheme in ("http", "https")}
    return found not in here | {origin_of(public_url)}
