"""What the pages of the demo's shop show: its plans, who is signed in, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from fastapi import Request

from bot.bootstrap import Application
from bot.domain.charges import charges_ahead, next_charge
from bot.domain.customers import Customer
from bot.domain.periods import Interval, last_moment
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import UnitOfWork
from bot.services import receipts
from bot.services.dependencies import Dependencies
from bot.services.views import reader
from gateway.api.pages import in_language

#: Who is signed in to the shop: the ref of a demo customer, and of nobody else.
COOKIE = "fairwell_demo"
#: The pages by the names that forms call them by.
PLACES = {"home": "/", "account": "/demo/account", "mail": "/demo/mail"}

_FOR = {"basic": "shop_plan_basic", "pro": "shop_plan_pro", "team": "shop_plan_team"}
#: Whom the pages suggest: one plan, several, and one who is asked for a code.
_SUGGESTED = ("demo-solo", "demo-multi")

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a page: in which language, whether that one was picked, and by whom (a ref, or empty)."""

    place: str
    language: str
    picked: bool
    customer: str

    def address(self, path: str, **query: str) -> str:
        """The address of a page, which stays in the language that was picked."""
        return address(path, **query, language=self.language if self.picked else "")


def address(path: str, **query: str) -> str:
    """A path with what is asked of it; what is empty is left out."""
    route, _, fragment = path.partition("#")
    asked = urlencode({name: value for name, value in query.items() if value})
    return route + (f"?{asked}" if asked else "") + (f"#{fragment}" if fragment else "")


def visit(request: Request, application: Application, place: str) -> Visit:
    """Reads what a request says about itself; a language or a customer that is not ours counts as none."""
    wording = application.deps.wording
    asked = request.query_params.get("language", "")
    picked = asked in application.deps.languages.spoken
    return Visit(
        place=place,
        language=asked if picked else wording.locale(request.headers.get("accept-language")),
        picked=picked,
        customer=signed_in(request, application),
    )


def signed_in(request: Request, application: Application) -> str:
    """The demo customer whom the shop's cookie names; empty for anybody else."""
    named = request.cookies.get(COOKIE, "")
    return named if named in application.demo_customers() else ""


def home(application: Application, seen: Visit) -> dict[str, object]:
    """The front page: plans with their prices, and how one leaves."""
    deps, say = application.deps, _say(application.deps, seen)
    with deps.store.begin() as work:
        billing = reader(deps, work)
        plans = sorted(billing.plans(), key=lambda plan: (plan.price.currency, plan.price.minor))
        held = {item.plan.ref for item in billing.subscriptions(seen.customer) if _runs(item)}
        return {
            **_frame(application, work, seen),
            "plans": [_plan(say, plan, plan.ref in held) for plan in plans],
            "example": _example(deps, say, plans),
        }


def account(application: Application, seen: Visit) -> dict[str, object]:
    """The account page of who is signed in: facts from billing, and the receipts."""
    deps, say = application.deps, _say(application.deps, seen)
    with deps.store.begin() as work:
        customer = work.customers.get(seen.customer) if seen.customer else None
        held = reader(deps, work).subscriptions(seen.customer) if customer else ()
        kept = work.receipts.of_customer(seen.customer) if customer else ()
        # Where there is one only, nobody has to be told which.
        cancellable = sum(item.cancellable for item in held)
        return {
            **_frame(application, work, seen),
            "customer": customer,
            "subscriptions": [
                _subscription(deps, say, item, alone=cancellable == 1) for item in reversed(held)
            ],
            "several": cancellable > 1,
            "receipts": [_receipt(deps, say, item) for item in kept],
        }


def mailbox(application: Application, seen: Visit) -> dict[str, object]:
    """The mail that was sent, newest first."""
    deps, say = application.deps, _say(application.deps, seen)
    with deps.store.begin() as work:
        frame = _frame(application, work, seen)
    return {
        **frame,
        "time_zone": application.settings.timezone,
        "new_mail": say("shop_mail_new", subject="{subject}"),
        "mail_to": say("shop_mail_to", to="{to}"),
        "mail": [
            {
                "id": item.id,
                "to": say("shop_mail_to", to=item.to),
                "subject": item.subject,
                "text": item.text,
                "at": say("shop_mail_at", at=item.at),
            }
            for item in application.sent_mail()
        ],
    }


def _say(deps: Dependencies, seen: Visit) -> Say:
    def said(message: str, **values: object) -> str:
        return deps.wording.text(message, seen.language, values)

    return said


def _frame(application: Application, work: UnitOfWork, seen: Visit) -> dict[str, object]:
    """What stands around every page."""
    deps, say = application.deps, _say(application.deps, seen)
    everybody = [work.customers.get(ref) for ref in application.demo_customers()]
    customers = {item.ref: item for item in everybody if item is not None}
    here = PLACES[seen.place]
    solo, several = (customers[ref].name if ref in customers else ref for ref in _SUGGESTED)
    return {
        **in_language(deps.wording, seen.language),
        "static": "/demo/static",
        "company": deps.company,
        "place": seen.place,
        "address": seen.address,
        "picked": seen.language if seen.picked else "",
        "languages": [
            {"code": code, "name": deps.languages.name(code, code), "address": f"{here}?language={code}"}
            for code in deps.languages.spoken
        ],
        "who": customers.get(seen.customer),
        "customers": [_person(deps, work, say, item) for item in customers.values()],
        "strip": say("shop_demo_strip", name=solo),
        "try_several": say("shop_try_several_text", name=several),
        "try_stranger": say("shop_try_stranger_text", email=f"{_SUGGESTED[0]}@example.com"),
        "made_up": say("shop_made_up", company=deps.company),
        "hero_text": say("shop_hero_text", company=deps.company),
    }


def _person(deps: Dependencies, work: UnitOfWork, say: Say, customer: Customer) -> dict[str, str]:
    held = reader(deps, work).subscriptions(customer.ref)
    plans = [
        say("shop_holds", plan=item.plan.name, status=say(f"shop_status_{item.status.value}"))
        for item in held
    ]
    return {"ref": customer.ref, "name": customer.name, "holds": ", ".join(plans)}


def _runs(item: Subscription) -> bool:
    return item.status is not Status.ENDED


def _plan(say: Say, plan: Plan, held: bool) -> dict[str, object]:
    return {
        "name": plan.name,
        "purpose": say(_FOR[plan.ref]) if plan.ref in _FOR else "",
        "price": say("shop_price", price=plan.price),
        "every": _every(say, plan.interval),
        "held": held,
    }


def _every(say: Say, interval: Interval) -> str:
    several = "s" if interval.number > 1 else ""
    return say(f"shop_per_{interval.unit.value}{several}", number=interval.number)


def _example(deps: Dependencies, say: Say, plans: Sequence[Plan]) -> str:
    """What a cancellation is answered with, in the very words of the chat."""
    if not plans:
        return ""
    end = last_moment(deps.clock.now() + timedelta(days=20))
    return say("cancel_done", plan=plans[len(plans) // 2].name, end=end, number="R-4F7K-9M2Q")


def _subscription(deps: Dependencies, say: Say, item: Subscription, *, alone: bool) -> dict[str, object]:
    now = deps.clock.now()
    end = item.ends_at or item.trial_until or item.period.end
    price = f"{say('shop_price', price=item.plan.price)} {_every(say, item.plan.interval)}"
    wish = "shop_say_cancel" if alone else "shop_say_cancel_plan"
    return {
        "plan": item.plan.name,
        "status": item.status.value,
        "state": say(f"shop_state_{item.status.value}", end=last_moment(end)),
        "facts": [
            {"label": say("shop_fact_price"), "value": price},
            {"label": say("shop_fact_since"), "value": say("shop_day", day=item.anchor)},
            {"label": say("shop_fact_next"), "value": _next_charge(deps, say, item)},
        ],
        "cancel": say("shop_cancel_plan", plan=item.plan.name) if item.cancellable else "",
        "alone": alone,
        "wish": say(wish, plan=item.plan.name),
        "undo": item.status is Status.CANCELLING and end > now,
    }


def _next_charge(deps: Dependencies, say: Say, item: Subscription) -> str:
    """When something is charged next, and how much: the same facts that the chat answers with."""
    now = deps.clock.now()
    if item.status in {Status.PAUSED, Status.ENDED}:
        return say("shop_nothing_more")
    if item.status is Status.CANCELLING and not charges_ahead(item, now, deps.zone):
        return say("shop_nothing_more")
    due = next_charge(item, now, deps.zone)
    return say("shop_price_and_day", price=item.plan.price, day=due)


def _receipt(deps: Dependencies, say: Say, receipt: Receipt) -> dict[str, str]:
    return {
        "title": say(f"shop_receipt_{receipt.kind.value}", plan=receipt.plan_name),
        "day": say("shop_day", day=receipt.received_at),
        "number": receipt.number,
        "address": receipts.summary(deps, receipt).url,
    }


#: What each page shows, by its name.
SHOWN = {"home": home, "account": account, "mail": mailbox}
