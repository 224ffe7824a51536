"""Staff who answer customers: whom they took over, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.domain.audit import Action
from bot.domain.cases import Case
from bot.domain.conversations import Message
from bot.domain.declarations import Declaration
from bot.domain.staff import Role, Staff
from bot.services import desk, desk_cancel
from tests.unit.services.chat import Chat
from tests.unit.services.script import BASIC, DAY_PASS, PRO, TEAM
from tests.unit.services.staffed import Staffed
from tests.unit.services.world import World

CHANNELS = pytest.mark.parametrize("channel", ["web", "telegram", "slack"])


class Answering:
    """Bea and Cem answer Ada, who has one plan, Max, who has three, and Ida, whose plan ends at once."""

    def __init__(self, staffed: Staffed) -> None:
        self.staffed = staffed
        self.world: World = staffed.world
        self.deps, self.clock = staffed.deps, staffed.clock
        self.bea, self.cem = staffed.joins("bea"), staffed.joins("cem", Role.MANAGER)
        self.world.customer("ada", PRO)
        self.world.customer("max", BASIC, PRO, TEAM)
        self.world.customer("ida", DAY_PASS)

    def chat(self, channel: str = "web", customer: str = "ada") -> Chat:
        """A customer on a channel, who has proved who they are as one does there."""
        if channel == "web":
            return self.world.chat(customer)
        if channel == "telegram":
            return self.world.linked(customer, "77")
        return self.world.slack(f"{customer}@example.com")

    def taken(self, channel: str = "web", customer: str = "ada", by: Staff | None = None) -> Chat:
        """One in which somebody of the staff, Bea if it is not said who, is in charge."""
        chat = self.chat(channel, customer)
        self.steps_in(chat, by)
        return chat

    def steps_in(self, chat: Chat, by: Staff | None = None) -> Case:
        """Somebody takes over."""
        return desk.step_in(self.deps, chat.id, (by or self.bea).id)

    def replies(self, chat: Chat, text: str, by: Staff | None = None) -> Message:
        """Somebody writes."""
        said = desk.reply(self.deps, chat.id, text, (by or self.bea).id)
        assert said is not None
        return said

    def hands_back(self, chat: Chat, by: Staff | None = None) -> Case:
        """The bot's again."""
        return desk.hand_back(self.deps, self.case_of(chat).id, (by or self.bea).id)

    def clicks(self, declaration: Declaration, plan: str | None = None, by: Staff | None = None) -> None:
        """The one click."""
        desk_cancel.carry_out(self.deps, declaration.id, (by or self.bea).id, plan)

    def keeps(self, number: int) -> None:
        """Bea has answered in so many conversations, and has handed none of them back."""
        for _ in range(number):
            desk.reply(self.deps, self.world.chat().id, "Hello.", self.bea.id)

    def case_of(self, chat: Chat) -> Case:
        """The one that is not closed."""
        assert chat.case is not None
        return chat.case

    def acts(self, chat: Chat) -> list[Action]:
        """What staff did there, as the audit has it, oldest first."""
        with self.world.store.begin() as work:
            found = work.audit.before(None, 100, subject=chat.id)
        return [entry.action for entry in reversed(found)]


def new(chat: Chat, before: Sequence[Message]) -> list[Message]:
    """What was said since."""
    return list(chat.transcript[len(before) :])
