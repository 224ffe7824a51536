"""The texts of data/responses/*.yml: what the app's actions say, by message and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Self

import yaml
from babel import Locale, UnknownLocaleError

from bot.domain.errors import FairwellError
from bot.wording.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

SPECS = frozenset({"", "time", "datetime", "zoned", "weekday"})
_COMPOUND = re.compile(r"-\w+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}")


class WordingError(FairwellError):
    """A file of texts is broken; says in one line which file, message and language."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A text taken apart once: literal, then the name and format of the value that follows it (or none)."""

    parts: tuple[tuple[str, str | None, str], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for _, name, _ in self.parts if name is not None)


class Responses:
    """All texts, with the languages we speak: those that every message is translated into."""

    def __init__(self, texts: Mapping[str, Mapping[str, _Template]], zone: ZoneInfo, default: str) -> None:
        self._texts = texts
        self._default = default
        spoken = [set(variants) for variants in texts.values()]
        self._spoken = frozenset(set.intersection(*spoken) if spoken else ()) | {default}
        languages = {language for variants in texts.values() for language in variants}
        self._formats = {language: Formats(language, zone) for language in languages}

    @classmethod
    def load(cls, directory: Path, zone: ZoneInfo, default: str = "en") -> Self:
        """Reads `messages:` of every `*.yml` in `directory`; dates will be shown in `zone`.

        Raises `WordingError` for a broken file, a message that stands in two places, one that lacks the
        `default` language, and a translation that wants a value the default language does not have.
        """
        if not directory.is_dir():
            raise WordingError(f"there is no folder of texts at {directory}")
        texts: dict[str, dict[str, _Template]] = {}
        origin: dict[str, str] = {}
        for path in sorted(directory.glob("*.yml")):
            for name, variants in _messages(path).items():
                if name in origin:
                    raise WordingError(f"the message {name} stands in {origin[name]} and in {path.name}")
                origin[name] = path.name
                texts[name] = _templates(f"{path.name}: {name}", variants, default)
        return cls(texts, zone, default)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages spoken, the default one first."""
        return (self._default, *sorted(self._spoken - {self._default}))

    def text(self, message: str, locale: str, values: Mapping[str, object]) -> str:
        """The text of `message`, in the default language where it is not translated, with `values` filled in.

        Values stand in it as they are: braces in them mean nothing. Raises `KeyError` for a message or a
        value that is not there, `TypeError` for a value that has no form in a sentence.
        """
        variants = self._texts.get(message)
        if variants is None:
            raise KeyError(f"there is no message {message}")
        language = locale if locale in variants else self._default
        formats = self._formats[language]
        said: list[str] = []
        for literal, name, spec in variants[language].parts:
            said.append(literal)
            if name is None:
                continue
            if name not in values:
                raise KeyError(f"the message {message} lacks its value {name}")
            try:
                said.append(formats.value(values[name], spec))
            except TypeError as fault:
                raise TypeError(f"the value {name} of the message {message} is {fault}") from fault
        return "".join(said)

    def locale(self, wanted: str | None) -> str:
        """The first of the languages in `wanted` that we speak; else the default.

        `wanted` is a tag such as `de-AT`, or several as browsers send them: `fr-CH, de;q=0.9`.
        """
        tags = [
            match[0].casefold()
            for tag in (wanted or "").split(",")
            if (match := _LANGUAGE.match(tag.strip()))
        ]
        return next((tag for tag in tags if tag in self._spoken), self._default)


def _messages(path: Path) -> Mapping[str, object]:
    try:
        # A subclass of BaseLoader: every scalar stays the text it is. (YAML 1.1 reads the language `no` as
        # false.)
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise WordingError(f"{path.name}: {' '.join(str(fault).split())}") from fault
    messages = content.get("messages", {}) if isinstance(content, dict) else {}
    if not isinstance(messages, dict):
        raise WordingError(f"{path.name}: messages is not a mapping of names to texts")
    return messages


def _templates(where: str, variants: object, default: str) -> dict[str, _Template]:
    if not isinstance(variants, dict) or default not in variants:
        raise WordingError(f"{where} has no text in the default language, {default}")
    templates: dict[str, _Template] = {}
    for language, text in variants.items():
        try:
            Locale.parse(language)
        except (ValueError, UnknownLocaleError) as fault:
            raise WordingError(f"{where}: {language} is not a language") from fault
        templates[language] = _template(f"{where} ({language})", text)
    for language, template in templates.items():
        if strange := template.names - templates[default].names:
            raise WordingError(
                f"{where} ({language}) wants {', '.join(sorted(strange))}, which {default} does not have"
            )
    return templates


def _template(where: str, text: object) -> _Template:
    if not isinstance(text, str) or not text.strip():
        raise WordingError(f"{where} is not a text")
    parts: list[tuple[str, str | None, str]] = []
    try:
        for literal, name, spec, conversion in Formatter().parse(text.strip()):
            known = spec in SPECS or (spec is not None and _COMPOUND.fullmatch(spec))
            if name is not None and (not name.isidentifier() or not known or conversion):
                raise WordingError(f"{where}: {{{name}}} is not a value's name, or its format is unknown")
            parts.append((literal, name, spec or ""))
    except ValueError as fault:
        raise WordingError(f"{where}: {fault}") from fault
    return _Template(tuple(parts))


class _TextLoader(yaml.BaseLoader):
    """Reads everything as text and refuses a key that stands twice, where PyYAML would keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Raises `yaml.constructor.ConstructorError` for a repeated key, and for one that is not a text."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "not a name", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} stands there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
