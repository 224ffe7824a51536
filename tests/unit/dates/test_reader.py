from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates.phrases import PhrasesError, load
from bot.dates.reader import PhraseDateReader
from bot.domain.text import normalise
from bot.domain.wished_end import EndKind
from tests.unit.dates.support import BERLIN, NOW, READER, read, written

ROOT = Path(__file__).parents[3]
#: Enough of a third language for the sentences below; its months are dateparser's.
FRENCH = r"""
day_first = true
ordinal_suffix = "er"
next_year = "de l'année prochaine"
this_year = "de cette année"
leads = "le|au"
[numbers]
un = 1
deux = 2
[ordinals]
premier = 1
[units]
week = "semaines?"
month = "mois"
[days]
demain = 1
[yearly]
"nouvel an" = "01-01"
[shapes]
date = ["{day} {month}(?: {year})?"]
count = ["dans {number} {unit}"]
[parts]
end = ["(?:la )?fin #"]
[roles]
[ignored]
after = ["depuis (?:le )?#"]
[meanings]
next = ["dès que possible"]
[clauses]
joins = ["et"]
ends = ["résili\\w*", "resili\\w*"]
"""


@pytest.mark.parametrize(
    ("at", "text", "day"),
    [
        ("2026-01-31T12:00", "cancel in a month", "2026-02-28"),
        ("2028-01-31T12:00", "cancel in a month", "2028-02-29"),
        ("2027-12-20T12:00", "cancel on 29 February", "2028-02-29"),
        ("2026-12-20T12:00", "cancel in two weeks", "2027-01-03"),
        ("2026-12-20T12:00", "cancel at the end of next month", "2027-01-31"),
        ("2026-12-20T12:00", "cancel next month", "2027-01-01 2027-01-31"),
        ("2026-12-20T12:00", "cancel on 5 January", "2027-01-05"),
        ("2027-01-05T12:00", "cancel on 31 December", "unclear"),
        ("2026-12-30T12:00", "cancel at the end of next week", "2027-01-10"),
        ("2026-11-22T12:00", "cancel on the 31st", "2026-12-31"),
        ("2027-01-31T23:30", "cancel on the 31st", "2027-03-31"),
        ("2027-01-30T12:00", "cancel on the 29th", "2027-03-29"),
        ("2026-02-10T12:00", "cancel at the end of the month", "2026-02-28"),
        ("2028-02-10T12:00", "cancel at the end of the month", "2028-02-29"),
        ("2026-03-31T12:00", "cancel at the end of the month", "next"),
        ("2026-03-31T12:00", "cancel on 31 March", "next"),
        ("2026-11-22T12:00", "cancel in half a year", "2027-05-22"),
    ],
)
def test_months_end_years_turn_and_leap(at: str, text: str, day: str) -> None:
    """A day that does not exist is never made up; one that is today means today."""
    assert read(text, "en", datetime.fromisoformat(at).replace(tzinfo=UTC)) == day


def test_a_day_is_the_companys_day() -> None:
    """Half past eleven at night in London is tomorrow in Auckland; clocks that change change no day."""
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert read("cancel tomorrow", "en", late, ZoneInfo("Europe/London")) == "2026-03-29"
    assert read("cancel tomorrow", "en", late, BERLIN) == "2026-03-30"
    assert read("cancel tomorrow", "en", late, ZoneInfo("America/New_York")) == "2026-03-29"
    assert read("cancel tomorrow", "en", late, ZoneInfo("Pacific/Auckland")) == "2026-03-30"
    assert read("cancel in 2 weeks", "en", datetime(2026, 10, 20, 0, 30, tzinfo=UTC), BERLIN) == "2026-11-03"


def test_a_sentence_in_the_other_language_is_read_too() -> None:
    """Whoever writes German in a chat that began in English is understood; and the other way round."""
    assert read("bitte zum Monatsende kündigen", "en") == "2026-03-31"
    assert read("cancel at the end of the month", "de") == "2026-03-31"
    assert read("cancel the plan I signed up for in April", "de") == "-"
    assert read("cancel on 30 June", "fr") == "2026-06-30"


def test_another_language_is_a_file(tmp_path: Path) -> None:
    """Its words, and nothing else; what it has no use for may be left out."""
    (tmp_path / "fr.toml").write_text(FRENCH, encoding="utf-8")
    reader = PhraseDateReader.load(tmp_path)

    def said(text: str) -> str:
        return written(reader.read(text, at=NOW, language="fr", zone=BERLIN))

    assert reader.languages == {"fr"}
    assert said("résilier le 31 mars") == "2026-03-31"
    assert said("résilier dans deux semaines") == "2026-03-24"
    assert said("résilier dès que possible") == "next"
    assert said("client depuis le 3 avril et je veux résilier") == "-"


def test_the_order_of_numbers_is_the_languages(tmp_path: Path) -> None:
    """Month first where the file says so; what can only be read one way is read that way everywhere."""
    file = (ROOT / "data/dates/en.toml").read_text(encoding="utf-8")
    american = tmp_path / "en.toml"
    american.write_text(file.replace("day_first = true", "day_first = false"), encoding="utf-8")
    reader = PhraseDateReader.load(tmp_path)

    def said(text: str) -> str:
        return written(reader.read(text, at=NOW, language="en", zone=BERLIN))

    assert (said("cancel on 5/4/2026"), read("cancel on 5/4/2026", "en")) == ("2026-05-04", "2026-04-05")
    assert said("cancel on 31/03") == said("cancel on 03/31") == "2026-03-31"
    assert said("cancel on 2026-05-04") == read("cancel on 2026-05-04", "en") == "2026-05-04"
    assert said("cancel on 31/31/2026") == "unclear"


def test_every_language_that_is_spoken_is_read() -> None:
    """A language of the wording has its file of phrases."""
    messages = yaml.safe_load((ROOT / "data/responses/cancel.yml").read_text(encoding="utf-8"))["messages"]
    assert set.intersection(*(set(texts) for texts in messages.values())) <= READER.languages


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("day_first = true", "day_first = "), "fr.toml"),
        (("[parts]\nend", "[parts]\nfinish"), r"fr.toml: \[parts\] has no list finish"),
        (('joins = ["et"]', 'joins = "et"'), "joins in .clauses. is not a list of texts"),
        (('["dans', '["(dans'), "fr.toml"),
        (('leads = "le|au"', ""), "fr.toml: 'leads'"),
    ],
)
def test_a_broken_file_stops_the_start(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    """With its name and what is wrong with it."""
    (tmp_path / "fr.toml").write_text(FRENCH.replace(*change), encoding="utf-8")
    with pytest.raises(PhrasesError, match=told):
        load(tmp_path / "fr.toml")


ODD = """
cancel on in by from until after 31 march 3rd 29 february next end of the month week 12/31 31.12. 2027
99 kündigen zum ab bis ende nächsten monat heute tomorrow morgen friday in 3 wochen may 0 1/0 - , . ?
999 years jahren 00/00/0000 9999-99-99 31.31.31 since seit juni quarter a few
"""


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(ODD.split()), max_size=12), st.timedeltas(timedelta(0), timedelta(days=20_000))
)
def test_no_text_is_too_odd_and_no_day_is_over(words: list[str], later: timedelta) -> None:
    """Whatever stands there, reading ends; a day that comes of it is not before the day it was written."""
    moment = NOW + later
    for language in ("en", "de"):
        wish = READER.read(normalise(" ".join(words)), at=moment, language=language, zone=BERLIN)
        if wish is not None and wish.days is not None:
            assert wish.kind is EndKind.DAYS
            assert wish.days.first >= moment.astimezone(BERLIN).date()


def test_a_language_without_months_is_refused(tmp_path: Path) -> None:
    """Nobody has told dateparser of it."""
    (tmp_path / "tlh.toml").write_text(FRENCH, encoding="utf-8")
    with pytest.raises(PhrasesError, match=r"tlh.toml: Unknown locale"):
        PhraseDateReader.load(tmp_path)


def test_a_very_long_text_is_read_in_a_moment() -> None:
    """A wall of dates is a wall of dates: unclear, and no reason to wait."""
    wall = "cancel on 31 March and 30 April or in June until friday " * 80
    assert read(wall, "en") == "unclear"
    assert read("a " * 2000, "en") == "-"


def test_the_signs_that_stand_for_times_cannot_be_typed() -> None:
    """Not even past the normalising, which drops them."""
    typed = "cancel on \ue000 \uf000 \uf003"
    assert READER.read(typed, at=NOW, language="en", zone=BERLIN) is None
