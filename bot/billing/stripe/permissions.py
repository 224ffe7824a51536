"""What a restricted key must be allowed to do, and what it is not: asked without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import stripe

from bot.billing.stripe.account import Account
from bot.billing.stripe.faults import meaning, permission

#: No object of Stripe's has such an id. To change it is refused for want of permission, or of the object.
_NOBODY = "fairwelldoctor"


def missing(account: Account, seconds: float) -> list[str]:
    """The permissions a key lacks, as Stripe's Dashboard names them: `Subscriptions Write`.

    Raises `BillingUnavailableError` where Stripe can't be reached, or does not take the key at all.
    """
    found: dict[str, None] = {}
    with account.within(seconds):
        for name, probe in _probes(account):
            try:
                probe()
            except stripe.PermissionError as fault:
                found[permission(fault) or name] = None
            except stripe.InvalidRequestError:
                continue  # it is allowed, and refused for what was asked
            except stripe.StripeError as fault:
                raise meaning(fault) from None
    return list(found)


def search_works(account: Account, seconds: float) -> bool:
    """Whether customers can be found by their metadata; Stripe does not offer that everywhere.

    Raises `BillingUnavailableError`.
    """
    query = f'metadata["{_NOBODY}"]:"nobody"'
    with account.within(seconds):
        try:
            account.api.customers.search(params={"query": query, "limit": 1})
        except stripe.InvalidRequestError:
            return False
        except stripe.StripeError as fault:
            raise meaning(fault) from None
    return True


def _probes(account: Account) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each permission by a call that needs it; docs/connect-stripe.md has the same table, with why."""
    api, nobody = account.api, _NOBODY
    change = {"metadata": {_NOBODY: ""}}
    yield "Customers Read", partial(api.customers.list, params={"limit": 1})
    yield "Subscriptions Write", partial(api.subscriptions.update, f"sub_{nobody}", params=change)
    yield (
        "Subscription Schedules Write",
        partial(api.subscription_schedules.release, f"sub_sched_{nobody}"),
    )
    yield "Prices Read", partial(api.prices.list, params={"limit": 1})
    yield "Products Read", partial(api.products.retrieve, f"prod_{nobody}")
    yield "Invoices Read", partial(api.invoices.list, params={"subscription": f"sub_{nobody}"})
    yield "Invoices Read", partial(api.invoice_payments.list, params={"invoice": f"in_{nobody}"})
    refund = {"payment_intent": f"pi_{nobody}", "amount": 1}
    yield "Charges and Refunds Write", partial(api.refunds.create, params=refund)
    note = {"invoice": f"in_{nobody}", "amount": 1}
    yield "Credit Notes Write", partial(api.credit_notes.create, params=note)
