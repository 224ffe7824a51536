"""What texts say of distress, of what only sounds like a wish, and at length."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.understanding.reading import Reading, reading
from bot.understanding.sayings import FOLDER, Sayings, standard

SAID = standard()
GERMAN: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "nlu" / "cancel_de.yml").read_text(encoding="utf-8")
)


def test_what_makes_a_text_long_does_not_hide_the_wish() -> None:
    """A wish among a flood of letters and repetitions is still one; a flood itself is none."""
    assert reading("ha" * 2_000 + ". Please cancel my plan.") is Reading.PLAIN
    assert reading("cancel my plan! " * 200) is Reading.PLAIN
    assert reading("and then it broke and then I called " * 30 + "cancel my plan") is not Reading.SILENT


@pytest.mark.parametrize(
    "text",
    [
        "I'm done, I'm going to end my life tonight",
        "cancel it, I will not be here any more next week",
        "I don't wanna live anymore",
        "please close my account before I take my life",
        "no point living any more",
        "I feel suicidal because of this debt",
        "kündigen Sie, ich will nicht mehr leben",
        "ich bringe mich heute Abend um",
        "ich möchte mir das Leben nehmen",
        "ich will mit dem Leben Schluss machen",
        "bitte alles kündigen, nächste Woche bin ich nicht mehr da",
        "Ihre Mahnungen treiben mich in den Selbstmord",
    ],
)
def test_words_of_ending_a_life_are_heard(text: str) -> None:
    """Whatever else is asked for beside them."""
    assert SAID.distress(text)


@pytest.mark.parametrize(
    "text",
    [
        "this app is killing me",
        "I'm dying laughing over here",
        "I don't live here any more, cancel my plan",
        "I won't be here in July, pause it please",
        "just let my subscription die",
        "I want to end my life insurance",
        "I watched Suicide Squad on your service",
        "the deadline is killing me",
        "my husband died, please cancel his contract",
        "ich sterbe vor Lachen",
        "das bringt mich um den Verstand",
        "macht Schluss mit meinem Vertrag",
        "ich lebe nicht mehr in Deutschland",
        "meine Lebensversicherung kündigen",
        "die Leitung ist tot",
        "ich kann ohne Internet nicht leben",
    ],
)
def test_idioms_of_dying_are_none(text: str) -> None:
    """People die of laughing, and lines go dead."""
    assert not SAID.distress(text)


def test_any_folder_of_languages_can_be_read(tmp_path: Path) -> None:
    """One language alone works as well."""
    (tmp_path / "de.toml").write_text((FOLDER / "de.toml").read_text(encoding="utf-8"), encoding="utf-8")
    alone: Any = Sayings.load(tmp_path)
    assert alone.requests_end("bitte kündigen")
    assert not alone.requests_end("how do I get out")


@pytest.mark.parametrize(
    "text",
    [
        "I don't want my subscription to end",
        "I don't want my account closed",
        "under no circumstances cancel my contract",
        "I'm happy, I have no plans to cancel",
        "can I close my savings account in the app",
        "how 2 cancel sub",
        "wen does my subscripton end",
        "under which menu can I end my plan",
        "which steps are needed to end a contract",
        "please tell me how I end my membership",
        "please let me know the end of my contract period",
        "can you guide me through ending my contract",
        "can auto-renewal be stopped",
        "did you cancel it",
        "who cancelled my subscription",
        "everything ok with my cancellation?",
        "cancel my cancellation",
        "un-cancel please",
        "please make my cancellation undone",
        "I want to cancel my phone contract with another network",
        "can you help me cancel my Vodafone contract",
        "cancel her login",
        "my coworker wants to cancel",
        "next bill that is wrong and I'm closing my account",
        "I'll end my contract as soon as I find something better",
        "I want to quit sugar",
        "cancel the coupon",
        "ich würde ungern kündigen, also tut was",
        "mein Schwager möchte kündigen",
        "mein Zeitungsabo beim Standard kündigen",
        "meinen Vertrag bei einem anderen Anbieter kündigen",
        "nur das Zusatzpaket kündigen, den Rest lassen",
        "ist meine Kündigung durch",
        "Task beenden",
    ],
)
def test_what_only_sounds_like_a_wish_is_none(text: str) -> None:
    """Questions without a mark, denials, reports, threats, and things and people that are not ours."""
    assert not SAID.requests_end(text)


@pytest.mark.parametrize(
    "text",
    [
        "no, please cancel it",
        "can I cancel my plan please",
        "I want it cancelled",
        "would you mind cancelling my membership",
        "please process my cancellation",
        "please cancel and tell me when it ends",
        "not pause, cancel",
        "terminate my contract and confirm the end date in writing",
        "hey @FoneCo cancel my line, done with you",
        "mein Girokonto möchte ich gerne schließen lassen",
        "kein Netz, kein Support, kein Bock mehr: kündigen",
        "wir verlängern nicht, bitte kündigen Sie",
    ],
)
def test_a_wish_among_politeness_and_temper_is_one(text: str) -> None:
    """What surrounds it must not hide it."""
    assert SAID.requests_end(text)
