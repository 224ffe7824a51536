"""The trained bot on sentences it was not trained with."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: What the acceptance test of the main job says may also be trained on; everything else may not.
_ALLOWED = {"cancel everything", "cancel my order", "cancel the appointment", "i don't want to cancel"}

Sentences = dict[str, Any]
Intents = dict[str, str]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


def _trained_on() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for topic in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found |= {_folded(line.removeprefix("- ")) for line in topic["examples"].splitlines()}
    return found


def _wrong(intents: Intents, texts: list[str], wanted: str) -> Intents:
    return {text: intents[text] for text in texts if intents[text] != wanted}


def test_the_sentences_are_new_to_the_bot(sentences: Sentences) -> None:
    """At least 60 of each kind, none of them trained on: otherwise these tests would prove nothing."""
    assert len(sentences["acts"]) >= 60
    assert len(sentences["never"]) >= 60
    seen = {_folded(text) for text in [*sentences["acts"], *sentences["never"]]} & _trained_on()
    assert seen <= _ALLOWED


def test_every_way_to_say_it_cancels(sentences: Sentences, intents: Intents) -> None:
    """Each sentence that asks to cancel, also on a later day, is acted on at once."""
    assert _wrong(intents, [*sentences["acts"], *sentences["later"]], "cancel") == {}


def test_no_near_miss_cancels(sentences: Sentences, intents: Intents) -> None:
    """Orders, questions, conditions, negations and the like never cancel a subscription."""
    assert [text for text in sentences["never"] if intents[text] == "cancel"] == []


def test_what_cannot_be_acted_on_is_asked(sentences: Sentences, intents: Intents) -> None:
    """A wish and its opposite, a hesitation: the clarifying question, which offers to cancel."""
    assert _wrong(intents, sentences["asks"], "nlu_fallback") == {}


def test_nothing_is_taken_for_what_it_is_not(sentences: Sentences, intents: Intents) -> None:
    """A question is no "yes" and names no plan, and a wish that begins with "no" is no refusal."""
    taken = [
        (text, name) for name, texts in sentences["not"].items() for text in texts if intents[text] == name
    ]
    assert taken == []


def test_the_rest_is_told_apart(sentences: Sentences, intents: Intents) -> None:
    """Other intents are understood by words the bot has not read before."""
    wrong = [_wrong(intents, texts, wanted) for wanted, texts in sentences["understood"].items()]
    assert [found for found in wrong if found] == []
