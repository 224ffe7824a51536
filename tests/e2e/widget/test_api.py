"""What a site can do with the chat: attributes, functions, events, links, and who is signed in."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Route, expect

from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import ANSWER, Visitor
from tests.fixtures.website import Website

pytestmark = pytest.mark.browser

_NOTE = """async () => {
    await customElements.whenDefined("fairwell-chat");
    window.events = [];
    for (const name of ["open", "close", "message", "unread", "cancelled", "undone", "identified", "error"])
        Fairwell.on(name, detail => events.push([name, detail]));
}"""


def _events(visitor: Visitor, name: str) -> list[object]:
    return [detail for event, detail in visitor.page.evaluate("window.events") if event == name]


def test_functions_and_events(visits: Visits) -> None:
    """open, close, on: what happens is told with what it is about, and not once one stopped listening."""
    visitor = visits("demo-solo", opened=False)
    visitor.page.evaluate(_NOTE)
    visitor.page.evaluate("Fairwell.open({text: 'I want to cancel'})")
    expect(visitor.field).to_have_value("I want to cancel")
    expect(visitor.messages).to_have_count(0)
    visitor.field.press("Enter")
    visitor.cancelled()
    visitor.asks("undo")
    # An answer is shown at once; what it means is told when it is known that nothing came between.
    visitor.page.wait_for_function("events.some(([name]) => name === 'undone')")
    visitor.page.evaluate("Fairwell.close()")

    expect(visitor.panel).to_be_hidden()
    assert len(_events(visitor, "open")) == len(_events(visitor, "close")) == 1
    (cancelled,) = _events(visitor, "cancelled")
    assert isinstance(cancelled, dict)
    assert (cancelled["kind"], cancelled["subscription"]) == ("cancel", "Pro")
    assert len(_events(visitor, "undone")) == 1
    kinds = [message["kind"] for message in _events(visitor, "message") if isinstance(message, dict)]
    assert kinds == ["receipt", "exit_question", "receipt"]
    stopped = visitor.page.evaluate(
        "() => { let n = 0; const stop = Fairwell.on('open', () => n++); stop(); Fairwell.open(); return n }"
    )
    assert stopped == 0


def test_a_link_of_the_site_opens_the_chat(context: BrowserContext, site: Website) -> None:
    """With its words in the field, not sent; closed again, the keyboard is back at the link."""
    body = '<a id="cancel" href="/elsewhere" data-fairwell-open="I want to cancel"><b>Cancel</b></a>'
    visitor = Visitor(context.new_page()).goes_to(site.page(body=body))

    visitor.page.locator("#cancel b").click()

    expect(visitor.panel).to_be_visible()
    expect(visitor.field).to_have_value("I want to cancel")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#cancel")).to_be_focused()


def test_without_javascript_the_link_leads_on(context: BrowserContext, site: Website) -> None:
    """Where the script does not load, the plain way is the link's own."""
    page = context.new_page()
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(site.page(body='<a href="/elsewhere" data-fairwell-open>Cancel</a>'))
    page.get_by_text("Cancel").click()
    page.wait_for_url("**/elsewhere")


def test_attributes(context: BrowserContext, site: Website, fairwell: Instance) -> None:
    """Open at load, with a title, dark, on the other side, without a launcher, in German."""
    attributes = (
        'data-open data-title="Frag uns" data-scheme="dark" data-side="start" data-launcher="hidden" '
        'data-locale="de-AT"'
    )
    visitor = Visitor(context.new_page()).goes_to(site.page(attributes))

    expect(visitor.panel).to_be_visible()
    expect(visitor.chat.get_by_role("heading")).to_have_text("Frag uns")
    expect(visitor.panel).to_have_css("background-color", "rgb(28, 32, 36)")
    expect(visitor.chat.get_by_role("link", name="Ohne Chat kündigen")).to_have_attribute(
        "href", f"{fairwell.url}/leave?language=de"
    )
    box = visitor.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    visitor.page.keyboard.press("Escape")
    expect(visitor.launcher).to_be_hidden()


def test_the_sites_colours(context: BrowserContext, site: Website) -> None:
    """A style sheet of the site sets the variables, and nothing else gets through."""
    head = "<style>fairwell-chat { --fairwell-accent: rgb(120, 30, 90); --fairwell-radius: 0 }</style>"
    visitor = Visitor(context.new_page()).goes_to(site.page(head=head))
    expect(visitor.launcher).to_have_css("background-color", "rgb(120, 30, 90)")


def test_somebody_else_signs_in(visits: Visits, site: Website, fairwell: Instance) -> None:
    """On a shared computer the next customer sees nothing of the one before, whose session has ended."""
    visitor = visits("demo-solo")
    visitor.asks("hello")
    token = visitor.page.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find(key => key.endsWith(':session'))]).session"
    )

    site.identity = lambda: fairwell.identity("demo-multi")
    visitor.page.reload()
    expect(visitor.chat.locator(".greeting")).to_be_visible(timeout=ANSWER)
    visitor.says("I want to cancel")

    expect(visitor.messages.last).to_have_attribute("data-kind", "choice", timeout=ANSWER)
    answer = visitor.page.request.get(
        f"{fairwell.url}/chat/messages", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status == 401


def test_who_speaks_before_the_site_has_said_who_it_is(
    visits: Visits, site: Website, fairwell: Instance
) -> None:
    """What the next customer says cancels nothing of the one before, however early, and is not lost."""
    visitor = visits("demo-solo")
    visitor.asks("hello")
    site.identity = lambda: fairwell.identity("demo-multi")
    held: list[Route] = []
    visitor.page.route("**/identity", lambda route: held.append(route))  # noqa: PLW0108 - it is asked for its owner
    visitor.page.reload()
    visitor.says("I want to cancel")
    expect(visitor.chat.locator(".own").last).to_have_attribute("data-state", "sending")
    for route in held:
        route.continue_()
    visitor.page.unroute("**/identity")

    expect(visitor.messages.last).to_have_attribute("data-kind", "choice", timeout=ANSWER)
    assert visitor.item("is cancelled").count() == 0


def test_identify_by_the_page(visits: Visits, fairwell: Instance) -> None:
    """identify(token) opens the next session as that customer; identify(null) forgets the conversation."""
    visitor = visits(None)
    visitor.page.evaluate(_NOTE)
    visitor.page.evaluate("token => Fairwell.identify(token)", fairwell.identity("demo-solo"))
    visitor.says("I want to cancel")
    visitor.cancelled()
    visitor.page.evaluate("Fairwell.identify(null)")

    expect(visitor.messages).to_have_count(0)
    assert _events(visitor, "identified") == [{"customer": "demo-solo"}, {"customer": None}]


def test_an_answer_that_comes_too_late(visits: Visits, fairwell: Instance) -> None:
    """Whoever has signed out leaves nothing on the screen, and says nothing as the next customer."""
    visitor = visits(None)
    visitor.page.evaluate("token => Fairwell.identify(token)", fairwell.identity("demo-solo"))
    late: list[tuple[Route, APIResponse]] = []
    said = "**/chat/messages"
    visitor.page.route(said, lambda route: late.append((route, route.fetch())))
    visitor.says("I want to cancel")
    # Its answer is on the way; one more waits behind it. The socket has shown what happened.
    visitor.says("undo")
    expect(visitor.item("is cancelled")).to_have_count(1, timeout=ANSWER)
    visitor.page.evaluate("Fairwell.identify(null)")
    expect(visitor.messages).to_have_count(0)

    while not late:
        visitor.page.wait_for_timeout(10)  # the socket may be quicker; this lets the route's answer in
    route, answer = late.pop()
    assert "is cancelled" in answer.text()
    with visitor.page.expect_response(said):
        route.fulfill(response=answer)
    visitor.page.unroute(said)
    visitor.page.evaluate("token => Fairwell.identify(token)", fairwell.identity("demo-multi"))
    visitor.asks("hello")
    assert visitor.said()[0] == "hello"
    assert not late


def test_somebody_else_before_the_first_is_heard(visits: Visits, fairwell: Instance) -> None:
    """What was said is not sent as the next customer's, and no session of the first one is kept."""
    visitor = visits(None)
    visitor.page.evaluate("token => Fairwell.identify(token)", fairwell.identity("demo-solo"))
    late: list[Route] = []
    opening = "**/chat/sessions"
    visitor.page.route(opening, lambda route: late.append(route))  # noqa: PLW0108 - it marks what it is given
    with visitor.page.expect_request(opening):
        visitor.says("I want to cancel")
    visitor.page.evaluate("token => Fairwell.identify(token)", fairwell.identity("demo-multi"))
    expect(visitor.messages).to_have_count(0)
    answer = late[0].fetch()
    with visitor.page.expect_response(opening):
        late[0].fulfill(response=answer)
    visitor.page.unroute(opening)
    visitor.asks("hello")
    assert visitor.said()[0] == "hello"
    kept = visitor.page.evaluate("Object.entries(localStorage).find(([key]) => key.endsWith(':session'))[1]")
    assert json.loads(kept)["who"] == "demo-multi"


def test_a_token_that_was_used(context: BrowserContext, site: Website, fairwell: Instance) -> None:
    """A page out of a cache has an old token: the customer is not stuck, a code proves who they are."""
    token = fairwell.identity("demo-solo")
    visitor = Visitor(context.new_page()).goes_to(site.page(f'data-identity="{token}"')).opens()
    visitor.asks("hello")
    visitor.page.evaluate("localStorage.clear()")
    visitor.page.reload()
    visitor.opens()
    visitor.page.evaluate(_NOTE)

    visitor.asks("I want to cancel")

    expect(visitor.messages.last).to_contain_text("which e-mail address")
    assert _events(visitor, "error") == [{"code": "identity_used"}]
