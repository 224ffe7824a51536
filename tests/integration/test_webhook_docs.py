"""The receivers of docs/webhooks.md, as they stand there: they take what is ours, once, and nothing else."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.webhooks import Secret
from bot.webhooks.http import HttpWebhookSender
from bot.webhooks.signing import signed
from tests.fixtures import json_schema
from tests.fixtures.builders import webhook_endpoint, webhook_event
from tests.fixtures.receiver import serving
from tests.integration.test_server import free_port, listens

_PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET, OTHER = "whsec_" + "YWFh" * 11, "whsec_" + "YmJi" * 11
HERE = (ip_network("127.0.0.0/8"),)


def example(language: str) -> str:
    """The page's example in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@asynccontextmanager
async def in_python(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The one in Python, running."""
    monkeypatch.setenv("FAIRWELL_WEBHOOK_SECRET", SECRET)
    names: dict[str, Any] = {}
    exec(example("python"), names)  # noqa: S102  # our own documentation
    async with serving(names["app"]) as port:
        yield f"http://127.0.0.1:{port}/fairwell"
    names["inbox"].close()


@asynccontextmanager
async def in_javascript() -> AsyncIterator[str]:
    """The one in JavaScript, running in Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: no Node.js on this machine")
    port = free_port()
    given = {"PATH": os.environ["PATH"], "FAIRWELL_WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    arguments = ("--input-type=module", "--eval", example("js"))
    process = await asyncio.create_subprocess_exec(node, *arguments, env=given)
    try:
        async with asyncio.timeout(30):
            await listens(port)
        yield f"http://127.0.0.1:{port}/fairwell"
    finally:
        process.kill()
        await process.wait()


@pytest.fixture(params=["python", "js"])
async def receiver(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """Its address."""
    monkeypatch.chdir(tmp_path)
    running = in_python(monkeypatch) if request.param == "python" else in_javascript()
    async with running as url:
        yield url


async def status(url: str, *secrets: str, at: datetime | None = None) -> int:
    """What it answers to an event that is signed with these secrets, the first one new."""
    endpoint = webhook_endpoint(url=url, secrets=tuple(Secret(secret) for secret in secrets))
    event = webhook_event(data='{"plan": "Prämium"}')
    return (await HttpWebhookSender(HERE).send(endpoint, event, at or datetime.now(UTC))).status


async def test_what_is_ours_is_taken(receiver: str) -> None:
    """While a secret is changed as well; more than once it is the same event."""
    for secrets in ((SECRET,), (OTHER, SECRET), (SECRET, OTHER), (SECRET,)):
        assert await status(receiver, *secrets) == 204


async def test_what_is_not_ours_is_refused(receiver: str) -> None:
    """Another one's signature, one that was recorded, one that is ahead of its time."""
    now = datetime.now(UTC)
    assert await status(receiver, OTHER) == 400
    for at in (now - timedelta(minutes=6), now + timedelta(minutes=6)):
        assert await status(receiver, SECRET, at=at) == 400


async def test_what_is_changed_or_nonsense_is_refused(receiver: str) -> None:
    """Never a fault of the receiver's own, which would be sent again and again."""
    body = webhook_event().body(words=False)
    good = dict(signed((SECRET,), "e_1", datetime.now(UTC), body))
    wrong: list[dict[str, str]] = [
        {"webhook-id": "e_2"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": ""},
        *({"webhook-signature": text} for text in ("", "nonsense", "v1,", "v1,%%%", "v2,AAAA", "v1,AAAA v1")),
    ]
    async with httpx.AsyncClient(trust_env=False) as client:
        for changed in wrong:
            answer = await client.post(receiver, content=body, headers=good | changed)
            assert answer.status_code == 400, changed
        answer = await client.post(receiver, content=body.replace("Pro", "Max"), headers=good)
        assert answer.status_code == 400
        assert (await client.post(receiver, content=body, headers=good)).status_code == 204
        assert (await client.get(receiver)).status_code in {400, 405}


async def test_each_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its id, however often it comes."""
    monkeypatch.chdir(tmp_path)
    async with in_python(monkeypatch) as url:
        for _ in range(3):
            assert await status(url, SECRET) == 204
    kept = sqlite3.connect(tmp_path / "webhooks.db")
    assert [row[0] for row in kept.execute("SELECT id FROM inbox")] == ["e_1"]
    kept.close()


def test_the_page_has_every_field() -> None:
    """And every type of event, as the schema has them; nor does it tell of others."""
    whole = json_schema.schema()
    types = {name for name in whole["$defs"] if "." in name}
    told = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", _PAGE))
    fields = {name for each in types for name in _named(whole["$defs"][each], whole)}
    assert types | fields <= told
    assert {name for name in told if "." in name} - {"webhooks.md"} == types


def _named(rule: Any, whole: dict[str, Any]) -> set[str]:  # noqa: ANN401  # whatever JSON holds
    if isinstance(rule, list):
        return {name for item in rule for name in _named(item, whole)}
    if not isinstance(rule, dict):
        return set()
    if "$ref" in rule:
        return _named(whole["$defs"][rule["$ref"].rpartition("/")[2]], whole)
    return set(rule.get("properties", ())) | {name for item in rule.values() for name in _named(item, whole)}
