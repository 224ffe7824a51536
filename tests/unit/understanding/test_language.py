"""Reading a language's file, and saying what is wrong with it."""

from pathlib import Path

import pytest

from bot.understanding.language import LanguageError, load
from bot.understanding.sayings import FOLDER

ENGLISH = (FOLDER / "en.toml").read_text(encoding="utf-8")


def _broken(folder: Path, old: str, new: str) -> str:
    assert old in ENGLISH
    (folder / "xx.toml").write_text(ENGLISH.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LanguageError) as raised:
        load(folder)
    return str(raised.value)


def test_the_projects_languages_are_read() -> None:
    """By the names of their files."""
    assert [language.code for language in load(FOLDER)] == ["de", "en"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A bot that understands nothing must not start."""
    with pytest.raises(LanguageError, match="no language in"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[cue]", "[cue", "xx.toml: "),
        ("[cue]", "[clue]", "[clue] is unknown"),
        ("[bare_stop]\nany", "[bare_stop]\nall", "[bare_stop] all is unknown"),
        ('"unless", "otherwise"', '"unless", "(otherwise"', ": '(otherwise'"),
        ('"unless", "otherwise"', '"unless", 7', ": 7 is no text"),
        ('"{company}"', '"{firm}"', ": '{firm}': no list named 'firm'"),
        ('misspelt = ["cancel", "terminate", "delete"]', 'misspelt = "cancel"', "[misspelt] is no list"),
        ('dont = "don\'t"', "dont = 1", "[typed] dont: 1 is no text"),
        ("[spelling]", "[[spelling]]", "[spelling] is no table"),
        (
            "any = [\"(i'm|i am|im|we're|we are) (now )?(leaving|quitting)\"]",
            "any = []",
            "[announces] any is empty",
        ),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """With the file, the table and the entry, for a translator to find it."""
    message = _broken(tmp_path, old, new)
    assert "xx.toml" in message
    assert said in message


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """Silence about negations would be dangerous."""
    (tmp_path / "xx.toml").write_text(ENGLISH[: ENGLISH.index("[holds]")], encoding="utf-8")
    with pytest.raises(LanguageError, match=r"\[holds\] is missing"):
        load(tmp_path)
