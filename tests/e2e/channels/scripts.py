"""The conversations of the product, as steps that are the same on every channel and in every language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Say:
    """What the customer writes."""

    en: str
    de: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Press:
    """The button they press, by its wording."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What is done, and what has to come back; "a|b" where the wording depends on the day."""

    act: Say | Press
    heard: Sequence[str]


@dataclass(frozen=True)
class Script:
    """One conversation, of a customer who is verified or of somebody unknown."""

    name: str
    customer: str | None
    steps: Sequence[Step]


CANCEL = Say("I want to cancel", "Ich möchte kündigen")
UNDO = Say("undo", "bitte rückgängig machen")
DONE = ("cancel_done", "exit_question")
_STATUS = "status_active"

SCRIPTS = (
    Script(
        "one plan, a reason by button, undo",
        "demo-solo",
        [
            Step(CANCEL, DONE),
            Step(Press("reason_too_expensive"), ["exit_thanks"]),
            Step(Say("did it work?", "Hat es geklappt?"), ["status_cancelling", "receipt_again"]),
            Step(Say("send my receipt again", "Schicken Sie mir den Beleg noch einmal"), ["receipt_again"]),
            # Within the second in which it was done, a platform's clock can't tell it from the same request.
            Step(CANCEL, ["cancel_already|cancel_done"]),
            Step(UNDO, ["undo_done"]),
        ],
    ),
    Script(
        "a reason in words, undo by button",
        "demo-solo",
        [
            Step(CANCEL, DONE),
            Step(Say("it is too expensive for me", "es ist mir zu teuer"), ["exit_thanks"]),
            Step(Press("button_undo"), ["undo_done"]),
        ],
    ),
    Script(
        "the question skipped by a word, and by a button",
        "demo-solo",
        [
            Step(CANCEL, DONE),
            Step(Say("rather not say", "möchte ich nicht sagen"), ["exit_skipped"]),
            Step(UNDO, ["undo_done"]),
            Step(CANCEL, DONE),
            Step(Press("button_skip"), ["exit_skipped"]),
        ],
    ),
    Script(
        "several plans, one picked",
        "demo-multi",
        [
            Step(CANCEL, ["cancel_which"]),
            Step(Press("button_plan", {"plan": "Pro"}), DONE),
            Step(Say("cancel my Team plan", "Bitte kündigen Sie mein Team-Abo"), DONE),
        ],
    ),
    Script(
        "several plans, all of them",
        "demo-multi",
        [
            Step(
                Say("cancel everything", "Ich möchte alle meine Abos kündigen"),
                ["cancel_done", "cancel_done", "cancel_done", "exit_question"],
            )
        ],
    ),
    Script("nothing to cancel", "demo-none", [Step(CANCEL, ["cancel_nothing"])]),
    Script("cancelled before", "demo-ended", [Step(CANCEL, ["cancel_already_ended"])]),
    Script(
        "questions, answered from their own facts",
        "demo-solo",
        [
            Step(Say("when does it end?", "Wann endet es?"), [_STATUS]),
            Step(Say("will I be charged again?", "Wird noch etwas abgebucht?"), ["charges_next"]),
            Step(Say("how do I cancel?", "Wie kann ich kündigen?"), ["how_to_cancel"]),
            Step(Press("button_cancel_now"), DONE),
        ],
    ),
    Script(
        "what is not ours, and a person",
        "demo-solo",
        [
            Step(Say("cancel my order", "Bitte stornieren Sie meine Bestellung"), ["cancel_other"]),
            Step(Press("button_person"), ["case_opened"]),
            Step(
                Say("I want to talk to a human", "Ich möchte mit einem Menschen sprechen"),
                ["case_already_open"],
            ),
        ],
    ),
    Script(
        "small talk",
        None,
        [
            Step(Say("hello", "Guten Tag"), ["utter_greet"]),
            Step(Say("are you a bot?", "Bist du ein Bot?"), ["utter_bot_challenge"]),
            Step(Say("thank you", "vielen Dank"), ["utter_thank"]),
            Step(Say("/unknown", "/unbekannt"), ["clarify"]),
            Step(Say("/unknown again", "/unbekannt nochmal"), ["clarify_person"]),
        ],
    ),
    Script(
        "what a person sees to",
        "demo-solo",
        [
            Step(
                Say("unsubscribe me from your e-mails", "Bitte melden Sie mich vom Newsletter ab"),
                ["later_unsubscribe"],
            ),
            Step(Say("I want to withdraw from the contract", "Ich widerrufe den Vertrag"), ["withdraw_over"]),
            Step(
                Say("I no longer have that mailbox", "Ich habe dieses Postfach nicht mehr"),
                ["case_lost_mailbox"],
            ),
            Step(
                Say("please delete my data", "Bitte löschen Sie meine Daten"),
                ["later_delete_data|verify_once_more"],
            ),
        ],
    ),
    Script(
        "a pause, and going on",
        "demo-solo",
        [
            Step(Say("can I pause instead?", "Kann ich stattdessen pausieren?"), ["pause_done"]),
            Step(Press("button_go_on"), ["pause_over"]),
        ],
    ),
    Script(
        "a withdrawal",
        "demo-trial",
        [
            Step(
                Say("I want to withdraw from the contract", "Ich widerrufe den Vertrag"),
                ["withdraw_offer_free"],
            ),
            Step(Press("button_withdraw"), ["withdraw_done", "exit_question"]),
        ],
    ),
    Script(
        "a day in the words",
        "demo-solo",
        [
            Step(
                Say(
                    "cancel my plan at the end of next month",
                    "Bitte kündigen Sie zum Ende des nächsten Monats",
                ),
                ["cancel_done_renews|cancel_done", "exit_question"],
            )
        ],
    ),
    Script(
        "distress, and no question after it",
        "demo-solo",
        [
            Step(Say("I feel so hopeless", "Ich fühle mich so hoffnungslos"), ["case_distress"]),
            Step(CANCEL, ["cancel_done"]),
        ],
    ),
    Script(
        "other words",
        None,
        [
            Step(Say("you are a stupid bot", "Du bist ein dummer Bot"), ["utter_insult"]),
            Step(
                Say(
                    "I declare extraordinary termination for good cause",
                    "Hiermit kündige ich außerordentlich aus wichtigem Grund",
                ),
                ["case_extraordinary_termination"],
            ),
            Step(Say("goodbye", "Auf Wiedersehen"), ["utter_goodbye"]),
        ],
    ),
    Script(
        "logging out",
        "demo-solo",
        [
            Step(Say("log me out here", "Melden Sie mich hier ab"), ["logged_out"]),
            Step(CANCEL, ["verify_ask_email|verify_ask_email_or_phone"]),
        ],
    ),
)
