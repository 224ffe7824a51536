"""Logging: one line an event, JSON where nobody watches, and a last defence against secrets."""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import traceback
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.domain.text import mask

# Names under which a fact must never be logged, however it got there.
_NEVER = re.compile(
    r"text|body|words|token|secret|password|code\b|email|mail_to|\bto\b|authorization|key\b|url",
    re.IGNORECASE,
)
# Ours to log: identifiers of rows, never of people.
_IDENTIFIER = re.compile(r"[a-z]{1,8}[_-][0-9a-f]{16,32}|[0-9a-f]{16}")
# What a JWT, a bearer token, a button or a page's key looks like; and queries, which carry such keys.
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w.-]+|(?<![\w-])[\w-]{40,}(?![\w-])|(?<=\?)[^\s\"']+")
_KEPT = {"timestamp", "level", "logger"}
# These name addresses and paths at INFO, and what they were given at DEBUG.
_TALKATIVE = ("httpx", "httpcore", "rasa_sdk", "sqlalchemy", "uvicorn", "websockets", "asyncio", "alembic")


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Sends our events and every library's to `stream` (default stdout): JSON unless it is a terminal."""
    out = stream or sys.stdout
    shared = _processors()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    render: Processor = (
        structlog.dev.ConsoleRenderer()
        if out.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        faults_without_values,
        scrub,
    ]


def faults_without_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replaces an exception by its kind and the places it came through: its words may quote a customer."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    fault = given[1] if isinstance(given, tuple) else given
    if isinstance(fault, BaseException):
        event["fault"] = " <- ".join(_kinds(fault))
        event["places"] = [
            f"{frame.filename.rpartition('/site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)[-8:]
        ]
    event.pop("stack_info", None)
    return event


def _kinds(fault: BaseException) -> list[str]:
    kinds: list[str] = []
    cause: BaseException | None = fault
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return kinds


def scrub(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The last defence: no e-mail address, code, card number, token or text leaves in a log line."""
    for name, value in event.items():
        if name in _KEPT or name.startswith("_"):
            continue
        event[name] = "[removed]" if name != "event" and _NEVER.search(name) else _clean(value)
    return event


def _clean(value: object) -> object:
    if isinstance(value, str):
        if _IDENTIFIER.fullmatch(value):
            return value
        return mask(_TOKEN.sub("[token]", value)).text[:500]
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: "[removed]" if _NEVER.search(str(key)) else _clean(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return type(value).__name__
