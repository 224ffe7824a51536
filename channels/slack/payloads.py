"""How Slack's JSON is looked into (pure): whatever is missing or of another kind is empty, never a fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: A JSON object, of which nothing is taken for granted.
Json = Mapping[str, object]

_WORKSPACE = re.compile(r"[TE][A-Z0-9]{1,30}")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


def inside(body: object, *names: str) -> Json:
    """The object at that place, or an empty one."""
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def string(body: object, *names: str) -> str:
    """The text at that place, or an empty one."""
    value = inside(body, *names[:-1]).get(names[-1])
    return value if isinstance(value, str) else ""


def objects(body: object, *names: str) -> Sequence[Json]:
    """The objects in the list at that place."""
    value = inside(body, *names[:-1]).get(names[-1])
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def workspace_id(*candidates: str) -> str | None:
    """The first that is spelt like the id of a workspace or of an Enterprise Grid organisation."""
    return next((item for item in candidates if _WORKSPACE.fullmatch(item)), None)


def is_user_id(text: str) -> bool:
    """Whether it is spelt like a user's id."""
    return _USER.fullmatch(text) is not None
