"""Long runs, by `make soak`: many kills, and more messages than anybody should send."""

from __future__ import annotations

import os
import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.e2e.chaos import KILLS, adds_up, import_customers, storm, visit, visitors
from tests.e2e.chat import Chat, kinds
from tests.e2e.instance import Instance

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

#: How many processes are killed; each takes some seconds to recover from.
TOTAL_KILLS = int(os.environ.get("FAIRWELL_SOAK_KILLS", "100"))
#: The flood: visitors, and messages of each, below the number at which one visitor is slowed down.
VISITORS = int(os.environ.get("FAIRWELL_SOAK_VISITORS", "250"))
MESSAGES = 12
SEED = int(os.environ.get("FAIRWELL_SOAK_SEED", "20261122"))
SMALL_TALK = (
    "hello",
    "thanks",
    "are you a bot?",
    "asdf qwer",
    "how do I cancel an alarm",
    "I don't want to cancel",
)


def test_many_kills(fairwell: Instance, tmp_path: Path) -> None:
    """Kills of every kind in random order: nothing is lost and nothing happens twice, however often."""
    chance = random.Random(SEED)
    customers = import_customers(fairwell, tmp_path, 6, "soak")
    kills = [chance.choice(KILLS) for _ in range(TOTAL_KILLS)]
    with visitors(fairwell, customers):
        storm(fairwell, kills, chance, settle=True)


@pytest.mark.postgres
def test_many_kills_on_postgres(on_postgres: Instance, tmp_path: Path) -> None:
    """The same on PostgreSQL, a fifth as often."""
    chance = random.Random(SEED)
    customers = import_customers(on_postgres, tmp_path, 6, "soak")
    kills = [chance.choice(KILLS) for _ in range(max(1, TOTAL_KILLS // 5))]
    with visitors(on_postgres, customers):
        storm(on_postgres, kills, chance, settle=True)


def test_flood(fairwell: Instance, tmp_path: Path) -> None:
    """Many visitors at once who only talk, among them customers who leave: each message is answered once."""
    customers = import_customers(fairwell, tmp_path, 20, "flood")

    def talk(number: int) -> None:
        chance = random.Random(SEED + number)
        with Chat(fairwell.url) as chat:
            for _ in range(MESSAGES):
                assert chat.say(chance.choice(SMALL_TALK))
            said = [message for message in chat.history() if message["from"] == "customer"]
        assert len(said) == MESSAGES

    with ThreadPoolExecutor(24) as pool:
        talking = [pool.submit(talk, number) for number in range(VISITORS)]
        leaving = [pool.submit(visit, fairwell, customer) for customer in customers]
        for future in [*talking, *leaving]:
            future.result()

    adds_up(fairwell, dict.fromkeys(customers, 1))


def test_one_visitor_too_fast(fairwell: Instance, tmp_path: Path) -> None:
    """Who sends more than a person writes is slowed and then refused; others are not, and nothing is lost."""
    (customer,) = import_customers(fairwell, tmp_path, 1, "beside")
    with Chat(fairwell.url) as chat:
        bodies = [{"id": str(uuid.uuid4()), "text": "hello"} for _ in range(60)]
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(chat.post, bodies))
            visit(fairwell, customer)
        refused = [answer for answer in answers if answer.status_code == httpx.codes.TOO_MANY_REQUESTS]
        accepted = [body for body, answer in zip(bodies, answers, strict=True) if answer not in refused]

        assert refused
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
        assert all(kinds(chat.send(body)) for body in accepted)
    adds_up(fairwell, {customer: 1})
    assert threading.active_count() < 50
