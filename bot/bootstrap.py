"""The only place where things are wired: settings in, a ready application out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.billing.book import Book
from bot.billing.demo import DEMO_POLICIES, demo_book
from bot.crypto.hashing import HmacHasher
from bot.crypto.identity_keys import read_identity_keys
from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.crypto.keys import KeyRing
from bot.crypto.passwords import Argon2Passwords
from bot.crypto.receipt_keys import KeyFolder
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.crypto.sealing import FernetSealer
from bot.crypto.totp import Totp
from bot.dates.reader import PhraseDateReader
from bot.domain.errors import ConflictError, ReceiptInvalidError
from bot.domain.policies import Policies
from bot.domain.receipts import Receipt
from bot.language import SpokenLanguages
from bot.mail.connection import Server, Tls
from bot.mail.file import FileMailer, MailView, list_mail
from bot.mail.message import NOBODY, Sender
from bot.mail.smtp import SmtpMailer
from bot.policies.file import read_policies
from bot.services import billing_setup, demo
from bot.services.billing_setup import Addresses
from bot.services.dependencies import Dependencies
from bot.services.doors import Doors
from bot.store.changes import SqlChanges
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.unit_of_work import SqlStore
from bot.system import SystemClock, SystemIds
from bot.webhooks.http import HttpWebhookSender
from bot.webhooks.slack import SlackWebhook
from bot.wording.manners import lexicons
from bot.wording.responses import Responses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.manners.texts import Lexicon
    from bot.ports import Billing, Changes, Clock, Mailer, Store, WebhookSender
    from bot.ports.webhooks import AlertSender
    from bot.settings import Settings

_DATA = Path(__file__).resolve().parent.parent / "data"
#: Where the wording lives, beside the packages, and what dates are read by.
RESPONSES = _DATA / "responses"
DATES = _DATA / "dates"
MANNERS = _DATA / "manners"


@dataclass(frozen=True, slots=True)
class Application:
    """Everything a process needs: services' dependencies, mail, keys and the secrets shared with Rasa."""

    settings: Settings
    deps: Dependencies
    mailer: Mailer
    webhooks: WebhookSender
    alerts: AlertSender
    changes: Changes
    signer: Ed25519ReceiptSigner
    identity_tokens: JwtIdentityTokens
    rasa_secret: str
    actions_secret: str
    telegram_secret: str
    api_key: str
    doors: Doors
    lexicons: Mapping[str, Lexicon]

    def genuine(self, receipt: Receipt) -> bool:
        """Whether a key of ours that was not revoked has signed what a receipt holds."""
        kept = {"jws": receipt.jws, "disclosures": list(receipt.disclosures)}
        keys = [*self.signer.jwks()["keys"], *self.signer.revoked_jwks()["keys"]]
        try:
            verify_receipt(kept, {"keys": keys})
        except ReceiptInvalidError:
            return False
        return True

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

    Raises `PolicyFileError` for a broken file of policies, before anything is opened or made, `KeyFileError`
    for unfit key files, such as others may read, and what SQLAlchemy raises for a database that cannot be
    reached.
    """
    policies = _policies(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    keys = KeyRing(settings.keys)
    engine = open_engine(settings.database_url)
    migrate(engine)
    store = SqlStore(engine, FernetSealer(keys.sealing_keys()))
    sender = HttpWebhookSender(settings.webhook_networks)
    deps, signer, tokens = _dependencies(settings, keys, store, policies)
    return Application(
        settings=settings,
        deps=deps,
        mailer=mailer_of(settings, deps.clock),
        webhooks=sender,
        alerts=SlackWebhook(sender),
        changes=SqlChanges(engine),
        signer=signer,
        identity_tokens=tokens,
        rasa_secret=keys.secret("rasa-channel"),
        actions_secret=keys.secret("actions"),
        telegram_secret=keys.secret("telegram-webhook"),
        doors=Doors(deps, Argon2Passwords(), Totp(), settings.staff_totp),
        lexicons=lexicons(MANNERS),
        api_key=settings.api_key.get_secret_value() if settings.api_key else keys.secret("api"),
    )


def _dependencies(
    settings: Settings, keys: KeyRing, store: SqlStore, policies: Policies
) -> tuple[Dependencies, Ed25519ReceiptSigner, JwtIdentityTokens]:
    clock = SystemClock()
    signer = Ed25519ReceiptSigner(KeyFolder(keys, clock), keys.key("receipt-pages"))
    given = settings.web_identity_secret
    secret = given.get_secret_value() if given else keys.secret("web-identity")
    tokens = JwtIdentityTokens(secret, clock, read_identity_keys(settings.web_identity_keys))
    wording = Responses.load(RESPONSES, settings.zone, settings.locale)
    deps = Dependencies(
        store=store,
        billing=billing_of(settings, store, clock),
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
        sign_up_url=settings.sign_up_url,
        policies=policies,
        alerts_per_hour=settings.alerts_per_hour,
    )
    return deps, signer, tokens


def _policies(settings: Settings) -> Policies:
    if settings.policy is not None:
        return read_policies(settings.policy)
    return DEMO_POLICIES if settings.demo else Policies()


def billing_of(settings: Settings, store: Store, clock: Clock) -> Billing:
    """The company's billing system. Raises `SettingsError` for a key of another mode than before."""
    if settings.billing == "stripe" and settings.stripe_key is not None:
        # Vendors' libraries are dear to import: only where they are used.
        from bot.billing.stripe.billing import StripeBilling  # noqa: PLC0415
        from bot.billing.stripe.config import StripeConfig  # noqa: PLC0415

        mode = "live" if settings.stripe_live else "test"
        secret = settings.stripe_webhook_secret
        config = StripeConfig(
            settings.stripe_key.get_secret_value(),
            secret.get_secret_value() if secret else None,
            settings.stripe_api_url,
            settings.stripe_customer_key,
            _ledger(store, clock, "stripe", mode),
            settings.locale,
        )
        return StripeBilling(config, Addresses(store), clock)
    if settings.billing == "http" and settings.billing_http_url and settings.billing_http_secret:
        from bot.billing.http_api.billing import HttpBilling, HttpConfig  # noqa: PLC0415 # as above

        ledger = billing_setup.settle(store, clock, SystemIds(), "http", "live")
        shared = settings.billing_http_secret.get_secret_value()
        return HttpBilling(HttpConfig(settings.billing_http_url, shared, ledger), clock, SystemIds())
    return Book(settings.zone, clock)


def _ledger(store: Store, clock: Clock, provider: str, mode: str) -> str:
    from bot.settings import PREFIX, SettingsError  # noqa: PLC0415 # as above

    try:
        return billing_setup.settle(store, clock, SystemIds(), provider, mode)
    except ConflictError as fault:
        hint = f"take another {PREFIX}HOME or {PREFIX}DATABASE_URL for {mode} mode"
        raise SettingsError((f"{PREFIX}STRIPE_KEY: is of {mode} mode, and {fault}; {hint}",)) from None


def mailer_of(settings: Settings, clock: Clock) -> Mailer:
    """What sends mail: a mail server, else files. Raises `OSError` for certificates that can't be read."""
    if settings.smtp_host is None or settings.mail_from is None:
        address = settings.mail_from or NOBODY
        return FileMailer(settings.home, clock, Sender(settings.company, address, settings.mail_reply_to))
    sender = Sender(settings.company, settings.mail_from, settings.mail_reply_to)
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    server = Server(
        settings.smtp_host, settings.smtp_port, Tls(settings.smtp_tls), settings.smtp_user or "", password
    )
    return SmtpMailer(server, clock, sender, settings.smtp_certificates)
