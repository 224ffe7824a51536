"""A letter in HTML that mail programs survive: tables, inline styles, no scripts, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.domain.letters import Letter, visible

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    return visible(value) if type(value) is str else value


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_html(letter: Letter) -> str:
    """The whole document. Every text in it is escaped, the customer's words above all."""
    direction = "rtl" if letter.locale.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    return _TEMPLATES.get_template("letter.html").render(letter=letter, dir=direction, start=start, end=end)
