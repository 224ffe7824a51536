"""docs/add-a-provider.md shows code that runs and names files that are there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_PAGE = (_ROOT / "docs" / "add-a-provider.md").read_text(encoding="utf-8")
_SHOWN = re.findall(r"^<!-- from (\S+) -->\n```python\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def test_every_piece_of_code_says_where_it_is_from() -> None:
    """None of it was written for the page only."""
    assert len(_SHOWN) == _PAGE.count("```python")


@pytest.mark.parametrize(("path", "code"), _SHOWN)
def test_the_code_shown_is_the_code_that_runs(path: str, code: str) -> None:
    """Word for word, but for how far it is indented there."""
    text = (_ROOT / path).read_text(encoding="utf-8")
    assert any(textwrap.indent(code, " " * depth) in text for depth in (0, 4, 8)), path


def test_every_file_that_is_named_is_there() -> None:
    """A page that sends its reader to nowhere helps nobody; NAME stands for the reader's own."""
    named = re.findall(r"`((?:bot|cli|data|docs|gateway|requirements|tests)/[\w./-]+)`", _PAGE)
    assert named
    assert [path for path in named if "NAME" not in path and not (_ROOT / path).exists()] == []
