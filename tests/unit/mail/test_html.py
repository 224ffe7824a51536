from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.letters import Fact, Letter, Link, Quote, Stub
from bot.mail.html import as_html
from tests.fixtures.builders import letter

URL = "https://fairwell.example/receipts/R-1?key=a&b=c"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "th"),
    *("h1", "p", "blockquote", "q", "a"),
}
HOSTILE = st.lists(
    st.sampled_from(
        [
            *("<script>alert(1)</script>", '<img src="https://evil.example/x.png">', "<!--", "]]>"),
            *("</td></tr>", "</style>", "{{ 7*7 }}", "{% raw %}", "&lt;", "&#x3c;", '" onload="x'),
            *("' style='", "\x00", "\u202e"),
        ]
    )
).map("".join)


class Markup(HTMLParser):
    """The tags of a page, in order, what their attributes say, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.given: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for each."""
        self.tags.append(tag)
        self.given += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Called for what stands between them."""
        self.text.append(data)


def receipt(words: str = "I want to cancel", **fields: str) -> Letter:
    """A letter with everything in it; `fields` are texts of somebody else's."""
    said = {"name": "Ada", "plan": "Pro", "company": "Lantern Notes", **fields}
    return letter(
        company=said["company"],
        subject=f"Your {said['plan']} plan",
        title=f"Your {said['plan']} plan",
        paragraphs=(f"Your {said['plan']} plan is cancelled.",),
        facts=(Fact("Plan", said["plan"], strong=True), Fact("Customer", said["name"])),
        quote=Quote("In your words", words),
        after=("Keep this mail.",),
        link=Link("Open the receipt", URL),
        stub=Stub("R-1", "Anyone can verify it:", "fairwell receipts verify x", (Fact("Key", "k1"),)),
    )


@given(words=HOSTILE, name=HOSTILE, plan=HOSTILE, company=HOSTILE)
def test_whatever_somebody_wrote_is_text(words: str, name: str, plan: str, company: str) -> None:
    """The tags are the same as for the tamest words, and so are the attributes: nothing is made from text."""
    tame, wild = (
        Markup(as_html(receipt())),
        Markup(as_html(receipt(words, name=name, plan=plan, company=company))),
    )
    assert wild.tags == tame.tags
    assert wild.given == tame.given
    assert not {"\x00", "\u202e"} & set("".join(wild.text))


def test_nothing_comes_from_elsewhere() -> None:
    """No picture, no script, no form, no pixel: nobody learns when it was read; the one link is ours."""
    page = as_html(receipt())
    markup = Markup(page)
    assert set(markup.tags) <= TAGS
    addresses = [value for name, value in markup.given if name in {"href", "src", "background", "action"}]
    assert addresses == [URL]
    assert not any(name.startswith("on") or name == "id" for name, _ in markup.given)
    for never in ("url(", "@import", "javascript:", "expression("):
        assert never not in page


def test_a_receipt_is_torn_off_and_nothing_else_is() -> None:
    """It is the one decorated thing; a code stands out instead."""
    assert as_html(receipt()).count("dotted #") == 3
    code = as_html(letter(code="123456"))
    assert "dotted #" not in code
    assert ">123456</p>" in code
    assert ">123456<" not in as_html(letter())


@pytest.mark.parametrize(("locale", "direction", "start"), [("de", "ltr", "left"), ("ar", "rtl", "right")])
def test_each_language_in_its_direction(locale: str, direction: str, start: str) -> None:
    """For screen readers and for the eye; what others wrote goes whichever way it goes."""
    page = as_html(letter(locale=locale, facts=(Fact("Plan", "Pro"),)))
    assert page.count(f'lang="{locale}" dir="{direction}"') == 2
    assert f'<th scope="row" align="{start}"' in page
    assert 'dir="auto"' in page


def test_it_is_narrow_and_knows_the_dark() -> None:
    """At most 600 pixels, less where there is less; colours for both; small enough for Gmail (102 kB)."""
    page = as_html(receipt("x" * 4000))
    assert "max-width:480px" in page
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "@media (prefers-color-scheme: dark)" in page
    assert len(page.encode()) < 100_000
