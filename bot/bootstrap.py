"""The only place where things are wired: settings in, a ready application out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.billing.book import Book
from bot.billing.demo import demo_book
from bot.crypto.hashing import HmacHasher
from bot.crypto.identity_keys import read_identity_keys
from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.crypto.keys import KeyRing
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.sealing import FernetSealer
from bot.dates.reader import PhraseDateReader
from bot.language import SpokenLanguages
from bot.mail.file import FileMailer, MailView, list_mail
from bot.services import demo
from bot.services.dependencies import Dependencies
from bot.store.changes import SqlChanges
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.unit_of_work import SqlStore
from bot.system import SystemClock, SystemIds
from bot.wording.responses import Responses

if TYPE_CHECKING:
    from bot.ports import Changes, Mailer
    from bot.settings import Settings

_DATA = Path(__file__).resolve().parent.parent / "data"
#: Where the wording lives, beside the packages, and what dates are read by.
RESPONSES = _DATA / "responses"
DATES = _DATA / "dates"


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a process needs: services' dependencies, mail, keys and the secrets shared with Rasa."""

    settings: Settings
    deps: Dependencies
    mailer: Mailer
    changes: Changes
    signer: Ed25519ReceiptSigner
    identity_tokens: JwtIdentityTokens
    rasa_secret: str
    actions_secret: str
    telegram_secret: str
    api_key: str

    def reset_demo(self) -> None:
        """Puts the demo customers back as they were."""
        now = self.deps.clock.now()
        demo.reset(self.deps, demo_book(now, self.settings.zone))

    def demo_customers(self) -> tuple[str, ...]:
        """The demo customers' refs, in the order in which one would try them."""
        return tuple(item.ref for item in demo_book(self.deps.clock.now(), self.settings.zone).customers)

    def sent_mail(self) -> tuple[MailView, ...]:
        """The mail written to files last, newest first, for the demo page."""
        return list_mail(self.settings.home)

    def ensure_demo(self) -> None:
        """Puts the demo customers in, unless they are there."""
        now = self.deps.clock.now()
        demo.ensure(self.deps, demo_book(now, self.settings.zone))


def build(settings: Settings) -> Application:
    """Opens the database, brings it up to date, and makes what is missing: folders, keys, secrets.

    Raises `KeyFileError` for unfit key files, such as others may read, and what SQLAlchemy raises for a
    database that cannot be reached.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    keys = KeyRing(settings.keys)
    clock = SystemClock()
    engine = open_engine(settings.database_url)
    migrate(engine)
    signer = Ed25519ReceiptSigner(keys.signing_keys(), keys.key("receipt-pages"))
    given = settings.web_identity_secret
    secret = given.get_secret_value() if given else keys.secret("web-identity")
    tokens = JwtIdentityTokens(secret, clock, read_identity_keys(settings.web_identity_keys))
    wording = Responses.load(RESPONSES, settings.zone, settings.locale)
    deps = Dependencies(
        store=SqlStore(engine, FernetSealer(keys.sealing_keys())),
        billing=Book(settings.zone, clock),
        wording=wording,
        languages=SpokenLanguages(wording.languages),
        dates=PhraseDateReader.load(DATES),
        clock=clock,
        ids=SystemIds(),
        signer=signer,
        hasher=HmacHasher(keys.key("hashing")),
        identity_tokens=tokens,
        company=settings.company,
        zone=settings.zone,
        public_url=settings.public_url,
        shadow=settings.shadow,
    )
    return Application(
        settings=settings,
        deps=deps,
        mailer=FileMailer(settings.home, clock, settings.company),
        changes=SqlChanges(engine),
        signer=signer,
        identity_tokens=tokens,
        rasa_secret=keys.secret("rasa-channel"),
        actions_secret=keys.secret("actions"),
        telegram_secret=keys.secret("telegram-webhook"),
        api_key=settings.api_key.get_secret_value() if settings.api_key else keys.secret("api"),
    )
