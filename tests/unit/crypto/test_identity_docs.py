from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from bot.bootstrap import build
from bot.crypto.identity_keys import read_identity_keys
from bot.ports import IdentityTokens
from bot.settings import Settings
from tests.unit.crypto.identity_forgery import OWN_SECRET

_PAGE = (Path(__file__).parents[3] / "docs" / "connect-website.md").read_text(encoding="utf-8")
#: A server with one route, asked by somebody who is signed in and by somebody who is not.
_SERVER = """
const routes = {}
const app = { get(path, handler) { routes[path] = handler } }
const ask = (session) => {
  const said = { status: 200, headers: {}, body: null }
  const response = {
    status(code) { said.status = code; return response },
    set(name, value) { said.headers[name] = value; return response },
    json(body) { said.body = body },
    end() {},
  }
  routes["/fairwell/identity"]({ session }, response)
  return said
}
const everybody = [{ customer: "demo-solo" }, {}, undefined]
process.on("exit", () => console.log(JSON.stringify(everybody.map(ask))))
"""


def _examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def _run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # our own documentation
    return names


def _node(script: str, folder: Path, *, given: str = "") -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: no Node.js on this machine")
    environment = {"PATH": os.environ["PATH"], "FAIRWELL_WEB_IDENTITY_SECRET": given}
    command = [node, "--input-type=module", "--eval", script]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout


def _checker(tmp_path: Path, keys: Path | None = None) -> IdentityTokens:
    settings = Settings(
        home=tmp_path / "var", web_identity_secret=SecretStr(OWN_SECRET), web_identity_keys=keys
    )
    return build(settings).identity_tokens


@pytest.fixture(autouse=True)
def _own_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the server of whoever follows the page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAIRWELL_WEB_IDENTITY_SECRET", OWN_SECRET)


async def test_the_endpoint_of_the_page_in_python(tmp_path: Path) -> None:
    """Whoever is signed in gets a token that is taken, not to be stored; nobody gets none."""
    app = _run(_examples("python")[0])["app"]

    async def ask(session: dict[str, str]) -> httpx.Response:
        async def with_session(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "session": session}, receive, send)

        transport = httpx.ASGITransport(with_session)
        async with httpx.AsyncClient(transport=transport, base_url="https://www.example.com") as client:
            return await client.get("/fairwell/identity")

    answer = await ask({"customer": "demo-solo"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert _checker(tmp_path).verify(answer.json()["identity"]).customer_ref == "demo-solo"
    assert (await ask({})).status_code == 204


def test_the_endpoint_of_the_page_in_javascript(tmp_path: Path) -> None:
    """The same with Node, as it stands, and nothing installed."""
    known, *unknown = json.loads(_node(_SERVER + _examples("js")[0], tmp_path, given=OWN_SECRET))

    assert known["headers"] == {"Cache-Control": "no-store"}
    assert _checker(tmp_path).verify(known["body"]["identity"]).customer_ref == "demo-solo"
    assert [(each["status"], each["body"]) for each in unknown] == [(204, None), (204, None)]


def test_a_token_of_the_page_works_once(tmp_path: Path) -> None:
    """Each has an id of its own, in both languages."""
    example = _examples("js")[0].partition("app.get")[0]
    twice = json.loads(
        _node(
            f"{example}\nconsole.log(JSON.stringify([1, 2].map(() => identityToken('demo-solo'))))", tmp_path
        )
    )
    make = _run(_examples("python")[0])["identity_token"]

    assert len({*twice, make("demo-solo"), make("demo-solo")}) == 4


def test_the_key_pair_of_the_page_in_python(tmp_path: Path) -> None:
    """Made and used as it stands, it gives tokens that are taken."""
    _, make_keys, with_key = _examples("python")
    _run(make_keys)

    token = _run(with_key)["identity_token"]("demo-solo")

    checker = _checker(tmp_path, tmp_path / "identity-keys.json")
    assert checker.verify(token).customer_ref == "demo-solo"


def test_the_public_half_of_the_page_by_openssl_and_node(tmp_path: Path) -> None:
    """It is a set that is taken, with nothing of the private half."""
    _run(_examples("python")[1])
    made_by_python = json.loads((tmp_path / "identity-keys.json").read_text())
    script = next(text for text in _examples("sh") if "openssl" in text).split("-e '")[1].split("'")[0]

    assert json.loads(_node(script, tmp_path)) == made_by_python


def test_the_private_half_of_the_page_stays_private(tmp_path: Path) -> None:
    """Its file is its owner's alone, and the other one has nothing of it."""
    _run(_examples("python")[1])
    assert stat.S_IMODE((tmp_path / "identity-key.pem").stat().st_mode) == 0o600
    (key,) = json.loads((tmp_path / "identity-keys.json").read_text())["keys"]
    assert sorted(key) == ["crv", "kid", "kty", "use", "x"]


def test_the_jwk_set_of_the_page_is_one(tmp_path: Path) -> None:
    """The example can be read."""
    path = tmp_path / "keys.json"
    path.write_text(next(text for text in _examples("json") if '"keys"' in text))
    assert list(read_identity_keys(path)) == ["web-2026-11"]
