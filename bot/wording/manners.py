"""Reads what the checker for dark patterns judges: word lists, texts, layout and rules, from their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.domain.manners.product import Layout, Text, Together
from bot.domain.manners.rules import Flow
from bot.domain.manners.texts import Lexicon, lexicon
from bot.wording.responses import WordingError


class _Lists(Mapping[str, Lexicon]):
    """Each is read when it is first asked for: that takes half a second, and most processes judge nothing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def __getitem__(self, language: str) -> Lexicon:
        return _list(self._files[language])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@cache
def _list(path: Path) -> Lexicon:
    return lexicon(path.stem, path.read_text(encoding="utf-8"))


def lexicons(folder: Path) -> Mapping[str, Lexicon]:
    """The word lists of a folder by language; raises `WordingError` if there is none.

    Whoever asks for a language's list meets `WordListError` where that can't be read.
    """
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if not found:
        raise WordingError(f"there are no word lists at {folder}")
    return _Lists(found)


def texts(folder: Path, default: str = "en") -> Sequence[Text]:
    """Every text of `data/responses` in every language: of messages, responses, and their buttons."""
    found: list[Text] = []
    for path in sorted(folder.glob("*.yml")):
        content = _read(path)
        for name, variants in content.get("messages", {}).items():
            found += [Text(path.name, name, language, text) for language, text in variants.items()]
        for name, variants in content.get("responses", {}).items():
            for variant in variants:
                language = _language(variant, default)
                said = [variant.get("text", ""), *(button["title"] for button in variant.get("buttons", []))]
                found += [Text(path.name, name, language, text) for text in said if text]
    return found


def layout(path: Path) -> Layout:
    """Where our own messages stand. Raises `WordingError` for a file that does not say."""
    try:
        content = _read(path)["manners"]
        return Layout(
            before=frozenset(content["before"]),
            confirmations=tuple(content["confirmations"]),
            exit_question=content["exit_question"],
            together=tuple(
                Together(message, tuple(group["buttons"]), group.get("optional", "") == "true")
                for message, group in content["together"].items()
            ),
        )
    except (KeyError, TypeError) as fault:
        raise WordingError(f"{path.name} lacks {fault}") from fault


def flows(*folders: Path) -> Sequence[Flow]:
    """The rules and stories below some folders, those that are not there being empty."""
    return [flow for folder in folders for path in sorted(folder.glob("*.yml")) for flow in _flows(path)]


def _flows(path: Path) -> Iterator[Flow]:
    content = _read(path)
    for kind, entries in (("rule", content.get("rules", [])), ("story", content.get("stories", []))):
        for entry in entries:
            steps = tuple(step for given in entry.get("steps", []) for step in _step(given))
            yield Flow(f"{path.name}: {entry[kind]}", steps)


def _step(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("intent", "action", "active_loop"):
        if kind in given:
            # `active_loop: null` says that a form has ended.
            if str(given[kind]) not in {"", "null", "~"}:
                yield kind, str(given[kind])
            return
    if "or" in given:
        yield from _step(given["or"][0])


def _language(variant: Mapping[str, Any], default: str) -> str:
    spoken = [one.get("value") for one in variant.get("condition", []) if one.get("name") == "language"]
    return str(spoken[0]) if spoken else default


def _read(path: Path) -> dict[str, Any]:
    """As text throughout: YAML 1.1 would read the language `no` as false."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # no objects
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise WordingError(f"{path.name}: {' '.join(str(fault).split())}") from fault
    return content if isinstance(content, dict) else {}
