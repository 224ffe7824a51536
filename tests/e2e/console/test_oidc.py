"""Signing in at a certified provider that nobody here wrote, on another site, with a browser."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.console.colleague import LIVE, invitation
from tests.e2e.instance import FAIRWELL, READY_WITHIN, Instance
from tests.e2e.waiting import wait_until
from tests.fixtures import npm
from tests.fixtures.oidc.certified import CLIENT_ID, SECRET, Accounts, CertifiedProvider
from tests.fixtures.ports import free_ports

pytestmark = pytest.mark.browser

ACCOUNTS: Accounts = {
    "bea": {"email": "bea@example.com", "email_verified": True, "name": "Bea Kraus"},
    "mallory": {"email": "bea@example.com", "email_verified": False, "name": "Bea Kraus"},
    "eve": {"email": "eve@example.com", "email_verified": True, "name": "Eve"},
    "cem": {"email": "cem@example.com", "email_verified": True, "name": "Cem Aydin",
            "groups": ["everybody", "support-leads"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[CertifiedProvider]:
    """Not started yet: where it comes back to is known when the installation is."""
    if not npm.available():
        pytest.skip("oidc: no Node and npm on this machine")
    made = CertifiedProvider(free_ports(1)[0], "", ACCOUNTS)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def console(
    provider: CertifiedProvider, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """The app without the understanding: staff sign in without it."""
    settings = {
        "FAIRWELL_OIDC_ISSUER": provider.issuer,
        "FAIRWELL_OIDC_CLIENT_ID": CLIENT_ID,
        "FAIRWELL_OIDC_CLIENT_SECRET": SECRET,
        "FAIRWELL_OIDC_NAME": "Example ID",
        "FAIRWELL_OIDC_ROLES": "support-leads=manager",
    }
    instance = Instance(tmp_path_factory.mktemp("oidc") / "home", models, settings=settings)
    provider.redirect = f"{instance.url}/console/oidc/callback"
    provider.start()
    invitation(instance, "bea@example.com", "agent", "Bea Kraus")
    with (instance.home / "app.out").open("wb") as output:
        app = subprocess.Popen(
            [FAIRWELL, "app"], env=dict(instance.environment), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: _answers(instance.url), READY_WITHIN, "the console answers")
        yield instance
    finally:
        app.terminate()
        app.wait(20)
        instance.ledger.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/console/sign-in", trust_env=False, timeout=30).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A browser that has never been here. The provider's pages would load letters from far away."""
    context.route("https://**", lambda route: route.abort())
    return context.new_page()


@pytest.fixture
def signs_in(console: Instance, page: Page) -> Callable[..., None]:
    """Goes from a page of the console to the provider, says who they are there, and comes back."""

    def signing(account: str, wanted: str = "/console/queue") -> None:
        page.goto(f"{console.url}{wanted}")
        page.get_by_role("link", name="Sign in with Example ID").click()
        page.get_by_placeholder("Enter any login").fill(account)
        page.get_by_placeholder("and password").fill("any")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()

    return signing


def _reads(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=LIVE)


def _refused(page: Page) -> None:
    _reads(page, "Not signed in")
    page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/console/queue")
    _reads(page, "Sign in")


def test_who_was_invited_comes_in(
    signs_in: Callable[..., None], page: Page, console: Instance, complaints: list[str]
) -> None:
    """By their verified address the first time; back on the page they wanted, without another code."""
    signs_in("bea", "/console/account")
    _reads(page, "Bea Kraus")
    assert page.url == f"{console.url}/console/account"
    expect(page.locator(".me .chip")).to_have_text("agent")
    # The provider's own pages miss what they would load from elsewhere.
    assert not [text for text in complaints if not text.startswith("Failed to load resource")], complaints


def test_groups_give_a_role(signs_in: Callable[..., None], page: Page) -> None:
    """Whoever is in a group that has one needs no invitation."""
    signs_in("cem")
    _reads(page, "Queue")
    expect(page.locator(".me .chip")).to_have_text("manager")


@pytest.mark.parametrize("account", ["eve", "mallory"])
def test_strangers_stay_out(signs_in: Callable[..., None], page: Page, account: str) -> None:
    """Nobody has invited them, or they say that they are somebody else and have not shown it."""
    signs_in(account)
    _refused(page)


def test_what_is_asked_for(console: Instance) -> None:
    """A code, bound to this browser by state, nonce and PKCE; each sign-in has its own."""
    asked = [_away(console) for _ in range(2)]
    assert all(question["response_type"] == ["code"] for question in asked)
    assert all(question["code_challenge_method"] == ["S256"] for question in asked)
    assert all("openid" in question["scope"][0] for question in asked)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 22


def _away(console: Instance) -> dict[str, list[str]]:
    answer = httpx.get(f"{console.url}/console/oidc", trust_env=False, timeout=30)
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)


def test_another_browser_gets_nothing(signs_in: Callable[..., None], page: Page, console: Instance) -> None:
    """A callback that was begun elsewhere signs nobody in (login CSRF), and no code counts twice."""
    signs_in("bea")
    _reads(page, "Queue")
    back = _sent_back(page, console)
    with httpx.Client(trust_env=False, timeout=30) as stranger:
        assert stranger.get(back).status_code == 403
        stranger.get(f"{console.url}/console/oidc")
        assert stranger.get(back).status_code == 403
        assert not any("staff" in name for name in stranger.cookies)

    page.goto(back)
    _reads(page, "Queue")
    page.context.clear_cookies(name="fairwell_staff")
    page.goto(back)
    _refused(page)


def _sent_back(page: Page, console: Instance) -> str:
    """Where the provider, at which the browser is signed in, sends it: not gone there yet."""
    page.context.clear_cookies(name="fairwell_staff")
    address = f"{console.url}/console/oidc"
    while "/oidc/callback" not in address:
        address = urljoin(address, page.request.get(address, max_redirects=0).headers["location"])
    return address


def test_answers_of_others_are_refused(signs_in: Callable[..., None], page: Page, console: Instance) -> None:
    """A changed state, and a code in the name of another provider (mix-up), sign nobody in."""
    signs_in("bea")
    _reads(page, "Queue")
    for old, new in (("state=", "state=x"), ("iss=http%3A%2F%2Flocalhost", "iss=http%3A%2F%2Fevil.example")):
        back = _sent_back(page, console)
        assert old in back
        page.goto(back.replace(old, new))
        _refused(page)


def test_a_provider_that_is_away(
    console: Instance, page: Page, provider: CertifiedProvider, signs_in: Callable[..., None]
) -> None:
    """Is said, and keys that it has changed meanwhile are read anew."""
    signs_in("bea")
    _reads(page, "Queue")
    page.context.clear_cookies()
    provider.stop()
    page.goto(f"{console.url}/console/oidc/callback?code=x&state=y")
    _refused(page)
    provider.start()
    signs_in("bea")
    _reads(page, "Queue")
