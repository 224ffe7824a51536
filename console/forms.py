"""What forms of the console bring: short, whole texts, and nothing else."""

from __future__ import annotations

from fastapi import Request

from bot.services.doors import WeakPasswordError

#: Characters; longer ones are cut off by nobody: they are refused where they are used.
_LONGEST = 8000


async def fields(request: Request) -> dict[str, str]:
    """The form's fields by name, the last of each; files are left out, and NUL, which no database takes."""
    form = await request.form(max_files=0, max_fields=40)
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: value.replace("\0", "")[:_LONGEST] for name, value in texts.items()}


def same(given: dict[str, str]) -> None:
    """A new password is typed twice. Raises `WeakPasswordError` where it is not the same."""
    if given.get("password", "") != given.get("again", ""):
        raise WeakPasswordError("The two are not the same.")
