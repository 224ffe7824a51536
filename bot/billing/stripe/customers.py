"""Whose a Stripe customer is. Nobody may ever be given another one's subscriptions (P3).

The rules, in this order:

- A Stripe customer whose metadata names one of the company's customers is that one's, and nobody else's.
- One without is known by its own id (`cus_…`) and by its e-mail address, as long as one of our customers has
  that address and no other has; several may share it, and all count.

Who is named by metadata is found by metadata only: otherwise a second account with somebody's address, which
nobody has verified, would be a way to their subscriptions. What Stripe's search finds is compared once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.billing.stripe.account import PAGE, Account, Json, id_of
from bot.billing.stripe.config import Directory
from bot.domain.customers import Customer, is_email, normalise_email
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, NotFoundError

#: What Stripe's own ids of customers begin with: no ref of the company's may, it could be another one's.
STRIPES = "cus_"
_LONGEST_REF = 128
#: Seconds that a page of all customers may take, and that are waited between tries.
_PAGE_SECONDS = 30.0
_WAITS = (1.0, 4.0, 16.0)


class Customers:
    """Finds a customer's Stripe customers, and a Stripe customer's ref."""

    def __init__(self, account: Account, directory: Directory) -> None:
        self._account = account
        self._directory = directory
        self._key = account.config.customer_key

    def of(self, ref: str) -> list[Json]:
        """The Stripe customers of one of ours, by id; none where there are none."""
        email = self._directory.email_of(ref)
        found = self._searched(ref, email)
        theirs = self._named(found, ref)
        if not theirs and email is not None:
            # Search is a minute late, and there may be none.
            found += self._account.pages(self._account.api.customers.list, email=email)
            theirs = self._named(found, ref)
        if not theirs:
            theirs = [*self._itself(ref), *(item for item in found if self._has(item, email))]
        return list({item["id"]: item for item in theirs if not item.get("deleted")}.values())

    def named(self, found: Json) -> str | None:
        """The company's ref in a Stripe customer's metadata, where it can be one."""
        given = str((found.get("metadata") or {}).get(self._key) or "")
        fit = given == given.strip() and given.isprintable() and 0 < len(given) <= _LONGEST_REF
        return given if fit and not given.startswith(STRIPES) else None

    def ref_of(self, found: Json) -> str:
        """Whose a Stripe customer is."""
        named, email = self.named(found), _address(found)
        if named is not None:
            return named
        return (self._directory.ref_of(email) if email else None) or id_of(found)

    def known(self, found: Json) -> bool:
        """Whether our store has somebody of this id who has an address."""
        return self._directory.email_of(id_of(found)) is not None

    def customer(self, found: Json) -> Customer | None:
        """One of ours as Stripe knows them; None without an address, by which nobody could ask for them.

        The phone number is left out: who typed it is not known, and a number is a proof elsewhere.
        """
        email = _address(found)
        if email is None or found.get("deleted"):
            return None
        languages = found.get("preferred_locales") or [self._account.config.locale]
        country = str((found.get("address") or {}).get("country") or "").upper()
        return Customer(
            ref=self.ref_of(found),
            name=str(found.get("name") or "").strip()[:200] or email,
            email=email,
            locale=str(languages[0])[:2].lower(),
            country=country if len(country) == 2 and country.isascii() and country.isalpha() else None,
        )

    def all(self, pause: Callable[[float], object]) -> Iterator[Customer]:
        """Everybody: first who is named by metadata, so that they come by their address, then the others.

        `pause` waits so many seconds, where Stripe is away for a while.
        """
        others = 0
        for found in self._every(pause):
            if self.named(found) is None:
                others += 1
            elif (customer := self.customer(found)) is not None:
                yield customer
        if not others:
            return
        for found in self._every(pause):
            if self.named(found) is None and (customer := self.customer(found)) is not None:
                yield customer

    def _every(self, pause: Callable[[float], object]) -> Iterator[Json]:
        asked: Json = {"limit": PAGE}
        while True:
            page = self._patiently(asked, pause)
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            asked["starting_after"] = page["data"][-1]["id"]

    def _patiently(self, asked: Json, pause: Callable[[float], object]) -> Json:
        for wait in _WAITS:
            try:
                with self._account.within(_PAGE_SECONDS):
                    return self._account.page(self._account.api.customers.list, **asked)
            except BillingUnavailableError as fault:
                pause(fault.retry_after or wait)
        with self._account.within(_PAGE_SECONDS):
            return self._account.page(self._account.api.customers.list, **asked)

    def _itself(self, ref: str) -> Iterator[Json]:
        if ref.startswith(STRIPES):
            try:
                yield self._account.get(self._account.api.customers.retrieve, ref)
            except NotFoundError:
                return

    def _searched(self, ref: str, email: str | None) -> list[Json]:
        """What Stripe's search finds by ref or address; nothing where there is no search (India has none).

        It is about a minute late, and takes no notice of case.
        """
        clauses = [] if ref.startswith(STRIPES) else [f"metadata[{_quoted(self._key)}]:{_quoted(ref)}"]
        clauses += [f"email:{_quoted(email)}"] if email else []
        if not clauses or not all(text.isprintable() for text in clauses):
            return []
        try:
            page = self._account.page(
                self._account.api.customers.search, query=" OR ".join(clauses), limit=PAGE
            )
        except (BillingRefusedError, NotFoundError):
            return []
        return list(page["data"])

    def _named(self, found: list[Json], ref: str) -> list[Json]:
        return [item for item in found if self.named(item) == ref]

    def _has(self, found: Json, email: str | None) -> bool:
        return email is not None and self.named(found) is None and _address(found) == email


def _address(found: Json) -> str | None:
    email = normalise_email(str(found.get("email") or ""))
    return email if is_email(email) else None


def _quoted(text: str) -> str:
    """A string of Stripe's search language: what is in it can end neither it nor the clause."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
