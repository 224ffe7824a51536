"""What requests may say. Unknown fields are ignored: a newer client may talk to an older server."""

from __future__ import annotations

import json
from typing import Annotated, Self, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    ValidationError,
    model_validator,
)

from channels.web.parse import whole
from gateway.faults import ApiError

#: Characters; a token of a company's server has a few hundred.
MAX_IDENTITY = 8192


def _uuid(value: object) -> object:
    # Pydantic would take bytes and numbers as well; the contract says a text.
    return value if isinstance(value, str) else ""


def _identity(value: object) -> object:
    # Whatever can be no token is one that is not taken (401): only a request that has no such key at all is
    # anonymous.
    return value if isinstance(value, str) and len(value) <= MAX_IDENTITY else ""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SessionRequest(_Request):
    """Opens a session, with an identity token as that customer."""

    identity: Annotated[StrictStr | None, BeforeValidator(_identity)] = None
    locale: Annotated[StrictStr, Field(max_length=35)] | None = None


class MessageRequest(_Request):
    """A message: `id` is the client's own, and exactly one of `text` and `button` is given."""

    id: Annotated[UUID, BeforeValidator(_uuid)]
    text: StrictStr | None = None
    button: StrictStr | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.button is None):
            raise ValueError("exactly one of text and button must be given")
        return self


class SocketRequest(_Request):
    """A socket's first frame: who it is, and the last message it has seen."""

    token: StrictStr
    after: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] = 0


class LinkRequest(_Request):
    """Asks for a link into another channel."""

    channel: Annotated[StrictStr, Field(max_length=32)]


class CustomerLinkRequest(LinkRequest):
    """Asks for one for a customer, good for so many minutes."""

    customer: Annotated[StrictStr, Field(max_length=128)]
    minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 15


class DemoIdentityRequest(_Request):
    """Asks for the identity token of a demo customer."""

    customer: Annotated[StrictStr, Field(max_length=64)]


M = TypeVar("M", bound=_Request)


async def read(request: Request, model: type[M]) -> M:
    """The request's body. Raises `ApiError`: 400 for what is not JSON, 422 for what does not fit."""
    return parse(await request.body(), model)


def parse(raw: bytes | str, model: type[M]) -> M:
    """Reads JSON as `read` does."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise ApiError(400, "invalid", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise ApiError(422, "invalid", "The body is not a JSON object.")
    value = {key: whole(item) if isinstance(item, str) else item for key, item in value.items()}
    try:
        return model.model_validate(value)
    except ValidationError as fault:
        raise ApiError(422, "invalid", _said(fault)) from None


def _said(fault: ValidationError) -> str:
    """Which field is wrong and how, without repeating what was given."""
    first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"].startswith("uuid"):
        return "id: takes a UUID."
    message = first["msg"].removeprefix("Value error, ")
    return f"{field}: {message}." if field else f"{message[:1].upper()}{message[1:]}."
