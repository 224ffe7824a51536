"""The chat on a hostile page, with hostile words, for a hostile neighbour."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import ANSWER, Visitor
from tests.fixtures.script_payloads import PAYLOADS
from tests.fixtures.website import Website

pytestmark = pytest.mark.browser

#: A page's own style sheet at its worst.
_HOSTILE_STYLE = """<style>
body * { all: unset !important; display: block !important; position: static !important; color: red !important;
    font: 9px serif !important; transform: rotate(3deg) !important; visibility: hidden !important }
html { font-size: 3px } body { overflow: hidden; line-height: 5; text-align: right; direction: rtl }
fairwell-chat { display: none !important; opacity: 0 !important; width: 1px !important }
fairwell-chat * { display: none !important } button { display: none !important }
</style>"""
#: A page's own scripts: what old libraries do, and what only an enemy does, before the chat is loaded.
_HOSTILE_SCRIPT = """<script>
const broken = name => function () { throw new Error("hostile " + name) };
const kept = new Set(["constructor", "toString", "valueOf", "then"]), has = kept.has.bind(kept);
const about = Object.getOwnPropertyDescriptor;
for (const type of [Array, String, Function, Promise, RegExp, Object])
    for (const name of Object.getOwnPropertyNames(type.prototype))
        if (!has(name) && typeof about(type.prototype, name).value === "function")
            type.prototype[name] = broken(`${type.name}.${name}`);
for (const name of ["append", "prepend", "replaceChildren", "closest", "matches", "remove"])
    Element.prototype[name] = broken(name);
Object.prototype.hostile = "yes"; Array.prototype.toJSON = Object.prototype.toJSON = () => "hostile";
const later = setInterval(() => {
    if (!window.Fairwell) return;
    clearInterval(later);
    JSON.stringify = JSON.parse = window.fetch = window.setTimeout = window.WebSocket = broken("late");
    Storage.prototype.setItem2 = broken("late");
}, 1);
</script>"""


def test_a_hostile_style_sheet(context: BrowserContext, site: Website) -> None:
    """A page that hides, resets and turns everything cannot reach into the chat."""
    visitor = Visitor(context.new_page()).goes_to(site.page(head=_HOSTILE_STYLE))
    expect(visitor.launcher).to_be_visible()
    visitor.opens()
    expect(visitor.field).to_have_css("font-size", "16px")
    expect(visitor.panel).to_have_css("transform", "none")
    visitor.asks("hello")
    box = visitor.panel.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(400, abs=1)


def test_a_page_that_overrides_prototypes(
    context: BrowserContext, site: Website, fairwell: Instance, complaints: list[str]
) -> None:
    """All methods of arrays, strings, functions … throw, JSON is poisoned, natives are replaced later."""
    token = fairwell.identity("demo-solo")
    address = site.page(f'data-identity="{token}"', head=_HOSTILE_SCRIPT, own_scripts=True)
    visitor = Visitor(context.new_page()).goes_to(address).opens()

    visitor.says("I want to cancel")
    visitor.cancelled()
    visitor.chat.locator("[data-name=skip]").click()

    expect(visitor.messages).to_have_count(5, timeout=ANSWER)
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}
    assert complaints == []


def test_no_script_gets_through(context: BrowserContext, site: Website, complaints: list[str]) -> None:
    """500 payloads as messages, titles, names, receipts and the chat's words: shown as text, none runs."""
    visitor = Visitor(context.new_page())
    alarms: list[str] = []
    visitor.page.on("dialog", lambda dialog: alarms.append(dialog.message))
    visitor.page.route("**/chat/messages?*", lambda route: _fulfil(route, {"messages": _lines(PAYLOADS)}))
    visitor.page.route("**/chat/widget?*", _poisoned)
    visitor.page.route_web_socket("**/chat/socket", lambda _: None)
    visitor.page.add_init_script(
        "window.owned = 0; window.alert = window.print = () => owned++;"
        f'localStorage.setItem(\'fairwell:{site.server}:session\', \'{{"session":"x","who":""}}\')'
    )

    visitor.goes_to(site.page()).opens()

    expect(visitor.messages).to_have_count(len(PAYLOADS), timeout=ANSWER)
    assert visitor.said() == list(PAYLOADS)
    assert visitor.page.evaluate("[window.owned, window.pwned ?? 0]") == [0, 0]
    assert visitor.chat.evaluate(_FOREIGN) == []
    assert alarms == []
    assert [each for each in complaints if "WebSocket" not in each] == []


_FOREIGN = """chat => [...chat.shadowRoot.querySelectorAll("*")].filter(node =>
    ["SCRIPT", "IMG", "IFRAME", "OBJECT", "EMBED", "STYLE", "LINK", "BASE", "VIDEO"].includes(node.tagName)
    || node.getAttributeNames().some(name => name.startsWith("on"))
    || (node.tagName === "A" && !/^https?:/.test(node.href))).map(node => node.outerHTML)"""


def _lines(payloads: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "seq": seq,
            "kind": "receipt",
            "text": payload,
            "from": "staff" if seq % 2 else "bot",
            "at": payload,
            "buttons": [{"name": payload, "title": payload, "token": payload}],
            "receipt": {
                "number": payload, "kind": payload, "subscription": payload, "received_at": payload,
                "effective_at": payload, "url": payload,
            },
        }
        for seq, payload in enumerate(payloads, 1)
    ]  # fmt: skip


def _fulfil(route: Route, body: object) -> None:
    text = json.dumps(body)
    route.fulfill(status=200, content_type="application/json", body=text, headers=_ANY)


def _poisoned(route: Route) -> None:
    """The words themselves."""
    body = route.fetch().json()
    body["words"] = {name: PAYLOADS[at % len(PAYLOADS)] for at, name in enumerate(body["words"])}
    _fulfil(route, {**body, "company": PAYLOADS[7], "leave": "https://fairwell.example/leave"})


_ANY = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


def test_words_of_a_customer_stay_words(visits: Visits) -> None:
    """The real way there and back: what looks like markup comes back as it was written."""
    visitor = visits("demo-solo")
    text = "<img src=x onerror=alert(1)> </p><script>alert(2)</script> {{7*7}} javascript:alert(3)"
    visitor.asks(text)
    assert visitor.said()[0] == text
    visitor.page.reload()
    expect(visitor.messages.first).to_be_visible()
    assert visitor.said()[0] == text


def test_another_website_gets_no_chat(browser: Browser, fairwell: Instance) -> None:
    """A site that is not allowed sees neither sessions nor history, and its sockets are refused."""
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "https://evil.example/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    page.goto("https://evil.example/")
    tried = page.evaluate(_TRY, fairwell.url)
    context.close()
    assert tried == ["refused", "refused"]


_TRY = """async server => {
    const posted = await fetch(server + "/chat/sessions", {method: "POST", body: "{}",
        headers: {"Content-Type": "application/json"}}).then(() => "open", () => "refused");
    const socket = await new Promise(done => {
        const one = new WebSocket(server.replace("http", "ws") + "/chat/socket");
        one.onopen = () => done("open"); one.onerror = () => done("refused");
    });
    return [posted, socket];
}"""
