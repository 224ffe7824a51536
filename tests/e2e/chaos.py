"""Customers who come and go while processes are killed under them, and what must hold afterwards."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.e2e.chat import ANSWERED_WITHIN, Chat, kinds
from tests.e2e.instance import READY_WITHIN, Instance
from tests.e2e.waiting import always, wait_until

Kill = Callable[[Instance], None]
#: Seconds in which the instant of a kill is chosen at random: about what a few turns take.
_WINDOW = 1.0
#: Seconds to wait for an action to be caught in the middle.
_CATCH_WITHIN = 5.0
#: What a visit says and what has to come back, in order.
VISIT = ["text", "receipt", "exit_question", "text", "receipt"]


def kill_app(instance: Instance) -> None:
    """The app, at whatever it is doing."""
    instance.kill("app")


def kill_rasa(instance: Instance) -> None:
    """Rasa, at whatever it is doing."""
    instance.kill("rasa")


def kill_both(instance: Instance) -> None:
    """Both at the same instant."""
    instance.kill("app", "rasa")


def kill_app_in_an_action(instance: Instance) -> None:
    """The app when an action has acted and its answer is not written yet; if none is caught, at once."""
    waited = threading.Event()
    timer = threading.Timer(_CATCH_WITHIN, waited.set)
    timer.start()
    while not instance.ledger.in_the_middle() and not waited.is_set():
        waited.wait(0.0005)
    timer.cancel()
    instance.kill("app")


KILLS: tuple[Kill, ...] = (kill_app, kill_rasa, kill_both, kill_app_in_an_action)


def import_customers(instance: Instance, folder: Path, count: int, prefix: str) -> list[str]:
    """Puts customers with one subscription each into the book; returns their refs."""
    refs = [f"{prefix}-{number}" for number in range(count)]
    rows = [f"{ref},Customer,{ref}@example.org,sub-{ref},gold,10.00,EUR,2026-01-01" for ref in refs]
    file = folder / f"{prefix}.csv"
    head = "customer,name,email,subscription,plan,price,currency,started"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    done = instance.cli("customers", "import", str(file))
    assert done.returncode == 0, done.stderr
    return refs


def visit(instance: Instance, customer: str, calm: Callable[[], bool] = always) -> None:
    """One visit: hello, cancel, skip, undo. Each is answered as it should be, once, whatever dies."""
    chat = wait_until(
        lambda: _arrive(instance, customer, calm), ANSWERED_WITHIN, f"a session for {customer}", every=0.25
    )
    with chat:
        assert kinds(chat.say("hello")) == ["text"]
        cancelled = chat.say("I want to cancel")
        assert kinds(cancelled) == ["receipt", "exit_question"], cancelled
        assert kinds(chat.press(cancelled[1].buttons["skip"])) == ["text"]
        assert kinds(chat.press(cancelled[0].buttons["undo"])) == ["receipt"]
        told = wait_until(lambda: _history(chat), ANSWERED_WITHIN, "the history", every=0.25)
    assert told == VISIT, f"{customer}: {told}"


def _arrive(instance: Instance, customer: str, calm: Callable[[], bool]) -> Chat | None:
    try:
        # A new token each time: whether the last one was used, a dead process cannot tell.
        return Chat(instance.url, instance.identity(customer), calm)
    except httpx.TransportError:
        return None


def _history(chat: Chat) -> list[str]:
    try:
        return [message["kind"] for message in chat.history() if message["from"] == "bot"]
    except httpx.TransportError:
        return []


@contextmanager
def visitors(instance: Instance, customers: Sequence[str]) -> Iterator[None]:
    """Each customer visits again and again, until the block ends; then everything has to add up."""
    over = threading.Event()

    def visit_again(customer: str) -> int:
        visits = 0
        while not over.is_set():
            visit(instance, customer, over.is_set)
            visits += 1
        return visits

    with ThreadPoolExecutor(len(customers)) as pool:
        going: dict[str, Future[int]] = {ref: pool.submit(visit_again, ref) for ref in customers}
        try:
            yield
        finally:
            over.set()
        visits = {ref: future.result() for ref, future in going.items()}
    adds_up(instance, visits)


def storm(instance: Instance, kills: Sequence[Kill], chance: random.Random, *, settle: bool = False) -> None:
    """Carries out the kills, each at a random instant after the last one has been recovered from.

    With `settle` each also waits until messages are answered again. Without it the next kill may come while
    conversations still wait for the lease of the process that was killed before.
    """
    for kill in kills:
        _wait_for_recovery(instance, f"before {kill.__name__}", settle=settle)
        threading.Event().wait(chance.uniform(0, _WINDOW))
        kill(instance)
    _wait_for_recovery(instance, "after the last kill", settle=settle)


def _wait_for_recovery(instance: Instance, when: str, *, settle: bool) -> None:
    wait_until(instance.ready, READY_WITHIN, f"ready {when}; printed:\n{instance.output}")
    if settle:
        before = instance.ledger.answered()
        wait_until(lambda: instance.ledger.answered() > before, ANSWERED_WITHIN, f"an answer {when}")


def adds_up(instance: Instance, visits: dict[str, int]) -> None:
    """Exactly one operation for each cancel and undo, each with one receipt; no message unanswered."""
    for customer, count in visits.items():
        found = instance.ledger.operations(customer)
        wanted = [(n + 1, "undo" if n % 2 else "cancel", "confirmed", 1) for n in range(2 * count)]
        assert [(o.generation, o.kind, o.state, len(o.receipts)) for o in found] == wanted, customer
        assert instance.ledger.status(customer) == {"gold": "active"}
    assert sum(visits.values()) >= len(visits)
    assert instance.ledger.waiting() == 0
