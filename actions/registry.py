"""All actions, made with what they need: rasa-sdk is given instances, so that nothing is global."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from actions.affirm import ActionAffirm
from actions.ask_charges import ActionAskCharges
from actions.ask_end_date import ActionAskEndDate
from actions.ask_how_to_cancel import ActionAskHowToCancel
from actions.ask_status import ActionAskStatus
from actions.attachment import ActionAttachment
from actions.cancel import ActionCancel
from actions.cancel_other import ActionCancelOther
from actions.changed_message import ActionChangedMessage
from actions.choose import ActionChoose
from actions.clarify import ActionClarify
from actions.come_back import ActionComeBack
from actions.decline import ActionDecline
from actions.deny import ActionDeny
from actions.give_code import ActionGiveCode
from actions.give_email import ActionGiveEmail
from actions.give_reason import ActionGiveReason
from actions.log_out import ActionLogOut
from actions.not_here_yet import ActionNotHereYet
from actions.pause import ActionPause
from actions.public_message import ActionPublicMessage
from actions.resend_receipt import ActionResendReceipt
from actions.share_contact import ActionShareContact
from actions.switch_language import ActionSwitchLanguage
from actions.talk_to_human import ActionTalkToHuman
from actions.undo_cancel import ActionUndoCancel
from actions.use_link import ActionUseLink
from actions.withdraw import ActionWithdraw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actions.turn_action import TurnAction
    from bot.services.dependencies import Dependencies
    from bot.services.turn import Handler

_ALL: tuple[type[TurnAction], ...] = (
    ActionAffirm,
    ActionAskCharges,
    ActionAskEndDate,
    ActionAskHowToCancel,
    ActionAskStatus,
    ActionAttachment,
    ActionCancel,
    ActionCancelOther,
    ActionChangedMessage,
    ActionChoose,
    ActionClarify,
    ActionComeBack,
    ActionDecline,
    ActionDeny,
    ActionGiveCode,
    ActionGiveEmail,
    ActionGiveReason,
    ActionLogOut,
    ActionNotHereYet,
    ActionPause,
    ActionPublicMessage,
    ActionResendReceipt,
    ActionShareContact,
    ActionSwitchLanguage,
    ActionTalkToHuman,
    ActionUndoCancel,
    ActionUseLink,
    ActionWithdraw,
)


def build(deps: Dependencies) -> list[TurnAction]:
    """One instance of every action."""
    return [action(deps) for action in _ALL]


def handlers(deps: Dependencies) -> Mapping[str, Handler]:
    """What an intent does, for those who know the intent without asking Rasa, such as forms.

    One topic, one name: `cancel` is answered by `action_cancel`. Intents that share an action are not here.
    """
    return {
        (intent := action.name().removeprefix("action_")): partial(action.handle, intent=intent)
        for action in build(deps)
    }
