from __future__ import annotations

import io
import json
import logging
from typing import Any

import structlog

SECRETS = {
    "text": "I would like to leave",
    "email": "nora@example.org",
    "detail": "sent to nora@example.org with 123 456 and 4111 1111 1111 1111",
    "header": "Bearer dGhpcyBpcyBhIHRva2VuIHRoYXQgaXMgbG9uZyBlbm91Z2g",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub3JhIn0.c2ln",
    "path": "/receipts/R-1?key=abc",
    "nested": {"token": "x1", "deep": ["nora@example.org"]},
    "thing": ValueError("I would like to leave"),
}
LEAKS = ("leave", "nora", "123 456", "4111", "dGhpcy", "eyJ", "key=abc", "x1")


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_nothing_personal_gets_out(log: io.StringIO) -> None:
    """Whatever somebody hands to a logger by mistake, none of it is written."""
    structlog.get_logger("test").warning(
        "something happened", conversation="c_" + "0123456789abcdef" * 2, **SECRETS
    )

    (line,) = lines(log)
    assert line["event"] == "something happened"
    assert line["conversation"] == "c_" + "0123456789abcdef" * 2
    assert line["level"] == "warning"
    assert line["timestamp"].endswith("Z")
    for leak in LEAKS:
        assert leak not in log.getvalue()


def test_faults_say_where_not_what(log: io.StringIO) -> None:
    """An exception's kind and places; its words may be a customer's."""
    try:
        try:
            dict[str, str]()["I would like to leave"]
        except KeyError as fault:
            raise ValueError("nora@example.org") from fault
    except ValueError:
        structlog.get_logger("test").exception("it broke")
        logging.getLogger("a library").exception("it broke for %s", "nora@example.org")

    ours, theirs = lines(log)
    assert ours["fault"] == theirs["fault"] == "ValueError <- KeyError"
    assert any("test_logs.py" in place for place in ours["places"])
    assert "leave" not in log.getvalue()
    assert "nora" not in log.getvalue()


def test_libraries_that_name_addresses_are_quiet(log: io.StringIO) -> None:
    """Paths hold keys; these libraries log them at INFO."""
    for name in ("httpx", "uvicorn.access", "rasa_sdk.executor"):
        logging.getLogger(name).info('GET /receipts/R-1?key=abc "200 OK"')

    assert log.getvalue() == ""
