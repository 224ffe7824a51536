from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.ports import Wording
from bot.wording.formats import Formats
from bot.wording.responses import Responses, WordingError

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 30, 13, 2, tzinfo=UTC)
DONE = """
messages:
  done:
    en: "Your {plan} plan is cancelled. You can use it until {end}."
    de: "Ihr {plan}-Abo ist gekündigt. Sie können es bis zum {end} nutzen."
  late:
    en: "It counts from {at:time}, that is {at:datetime}."
    de: "Sie gilt ab {at:time} Uhr, das ist {at:datetime}."
"""


def _load(folder: Path, default: str = "en", **files: str) -> Responses:
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(content, encoding="utf-8")
    return Responses.load(folder, BERLIN, default)


def test_texts_are_said_in_the_customers_language(tmp_path: Path) -> None:
    """With dates as that language writes them, in the company's time zone."""
    wording: Wording = _load(tmp_path, cancel=DONE)
    values = {"plan": "Pro", "end": AT, "at": AT}
    assert wording.text("done", "en", values) == (
        "Your Pro plan is cancelled. You can use it until 30 November 2026."
    )
    assert wording.text("done", "de", values) == (
        "Ihr Pro-Abo ist gekündigt. Sie können es bis zum 30. November 2026 nutzen."
    )
    assert wording.text("late", "en", values) == "It counts from 14:02, that is 30 November 2026, 14:02."
    assert wording.text("late", "de", values) == "Sie gilt ab 14:02 Uhr, das ist 30. November 2026, 14:02."


@pytest.mark.parametrize(
    ("amount", "english", "german"),
    [
        (Money(1200, "EUR"), "€12.00", "12,00 €"),
        (Money(0, "EUR"), "€0.00", "0,00 €"),
        (Money(-50, "EUR"), "-€0.50", "-0,50 €"),
        (Money(123456789, "EUR"), "€1,234,567.89", "1.234.567,89 €"),
        (Money(1234, "JPY"), "JP¥1,234", "1.234 ¥"),
        (Money(1234, "BHD"), "BHD1.234", "1,234 BHD"),
        (Money(1250, "AFN"), "AFN12.50", "12,50 AFN"),
        (Money(10**20 + 1, "EUR"), "€1,000,000,000,000,000,000.01", "1.000.000.000.000.000.000,01 €"),
    ],
)
def test_money_has_its_currencys_digits(amount: Money, english: str, german: str) -> None:
    """To the last minor unit, with the currency's own number of them (ISO 4217)."""
    assert Formats("en", BERLIN).value(amount).replace("\xa0", " ") == english
    assert Formats("de", BERLIN).value(amount).replace("\xa0", " ") == german


def test_lists_and_numbers_are_joined_and_grouped() -> None:
    """Each element is formatted as it would be on its own."""
    assert Formats("en", BERLIN).value(["Basic", "Pro", "Team"]) == "Basic, Pro and Team"
    assert Formats("de", BERLIN).value(("Basic", "Pro")) == "Basic und Pro"
    assert Formats("en", BERLIN).value([AT]) == "30 November 2026"
    assert Formats("de", BERLIN).value(12345) == "12.345"
    assert Formats("en", BERLIN).value([]) == ""


def test_the_date_is_that_of_the_companys_zone() -> None:
    """23:30 UTC in November is the next day in Berlin."""
    assert Formats("en", BERLIN).value(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "1 December 2026"
    assert Formats("en", ZoneInfo("UTC")).value(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == (
        "30 November 2026"
    )


@given(st.text())
def test_values_stand_as_they_are(value: str) -> None:
    """Braces, percent signs, dollars: a customer's name is never read as a template."""
    loaded = Responses.load(Path(__file__).parent / "texts", BERLIN)
    assert loaded.text("greeting", "en", {"name": value, "other": "secret"}) == f"Hello {value}, {{ok}}."
    assert loaded.text("greeting", "en", {"name": "{other}", "other": "secret"}) == "Hello {other}, {ok}."


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    """A message or a value that is missing is a mistake of ours; the fault says which."""
    loaded = _load(tmp_path, cancel=DONE)
    with pytest.raises(KeyError, match="there is no message gone"):
        loaded.text("gone", "en", {})
    with pytest.raises(KeyError, match="the message done lacks its value end"):
        loaded.text("done", "en", {"plan": "Pro"})


def test_a_time_can_be_given_with_its_zone() -> None:
    """What is read far away or years later says which clock it means, summer time included."""
    summer = datetime(2026, 7, 3, 12, 5, tzinfo=UTC)
    assert Formats("en", BERLIN).value(AT, "zoned") == "30 November 2026, 14:02 CET"
    assert Formats("de", BERLIN).value(summer, "zoned") == "3. Juli 2026, 14:05 MESZ"


@pytest.mark.parametrize("value", [1.5, True, None, {"a": 1}, datetime(2026, 1, 1)])  # noqa: DTZ001 - the point
def test_a_value_without_a_form_is_refused(tmp_path: Path, value: object) -> None:
    """Floats, flags and times without a zone have no place in a sentence."""
    loaded = _load(tmp_path, cancel=DONE)
    with pytest.raises(TypeError, match="the value end of the message done is"):
        loaded.text("done", "en", {"plan": "Pro", "end": value})


def test_only_times_have_a_time(tmp_path: Path) -> None:
    """`{at:time}` of something else is a mistake of ours."""
    with pytest.raises(TypeError, match="the value at of the message late is not a time"):
        _load(tmp_path, cancel=DONE).text("late", "en", {"at": "noon"})


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH.UTF-8", "de"),
        ("DE", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en-US", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
        ("*", "en"),
        ("🙂", "en"),
        ("deutsch", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_nearest_language_is_found(tmp_path: Path, wanted: str | None, spoken: str) -> None:
    """The region does not matter; what we do not speak is answered in the default language."""
    assert _load(tmp_path, cancel=DONE).locale(wanted) == spoken


def test_of_several_languages_the_first_that_is_spoken(tmp_path: Path) -> None:
    """As a browser sends what its owner reads, the dearest first."""
    loaded = _load(tmp_path, cancel=DONE)
    assert loaded.locale("fr-CH, de;q=0.9, en;q=0.8") == "de"
    assert loaded.locale("fr, it;q=0.5, *;q=0.1") == "en"


def test_the_languages_spoken_the_companys_own_first(tmp_path: Path) -> None:
    """For choosing among them, and for telling them apart."""
    assert _load(tmp_path, cancel=DONE).languages == ("en", "de")
    assert _load(tmp_path, "de").languages == ("de", "en")


def test_a_language_counts_as_spoken_once_every_message_is_translated(tmp_path: Path) -> None:
    """Nobody is drawn into a language in which half of it is missing; a stray text falls back."""
    loaded = _load(tmp_path, cancel=DONE, undo='messages: {undone: {en: "Since {at} it goes on."}}')
    assert loaded.locale("de") == "en"
    assert loaded.text("undone", "de", {"at": AT}) == "Since 30 November 2026 it goes on."


def test_another_default_language(tmp_path: Path) -> None:
    """A company may speak German where a customer's language is not known."""
    assert _load(tmp_path, "de", cancel=DONE).locale("fr") == "de"


def test_files_without_messages_are_for_others(tmp_path: Path) -> None:
    """Rasa's own responses lie in the same folder; an empty file does no harm."""
    loaded = _load(tmp_path, small_talk="responses: {utter_greet: [{text: Hello}]}", empty="", cancel=DONE)
    assert loaded.text("late", "en", {"at": AT})


def test_texts_are_texts_whatever_yaml_thinks(tmp_path: Path) -> None:
    """Norwegian is `no` and not false, and a text may be a number."""
    loaded = _load(tmp_path, odd="messages: {odd: {en: 12, no: yes}}")
    assert loaded.text("odd", "en", {}) == "12"
    assert loaded.text("odd", "no", {}) == "yes"
    assert loaded.locale("no-NO") == "no"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("messages: {a: {en: x}, a: {en: y}}", "b.yml: a stands there twice"),
        ("messages: {a: {en: x, en: y}}", "b.yml: en stands there twice"),
        ("messages: {done: {en: x}}", "the message done stands in a.yml and in b.yml"),
        ("messages: {a: {de: x}}", "b.yml: a has no text in the default language, en"),
        ("messages: {a: x}", "b.yml: a has no text in the default language, en"),
        ("messages: [a]", "b.yml: messages is not a mapping"),
        ("messages: {a: {en: [x]}}", r"b.yml: a \(en\) is not a text"),
        ("messages: {a: {en: ' '}}", r"b.yml: a \(en\) is not a text"),
        ("messages: {a: {en: x, quux9: y}}", "b.yml: a: quux9 is not a language"),
        ("messages: {a: {en: x, xx: y}}", "b.yml: a: xx is not a language"),
        ("messages: {a: {en: '{}'}}", r"b.yml: a \(en\): {} is not a value's name"),
        ("messages: {a: {en: '{x.__class__}'}}", "is not a value's name"),
        ("messages: {a: {en: '{x[0]}'}}", "is not a value's name"),
        ("messages: {a: {en: '{x!r}'}}", "or its format is unknown"),
        ("messages: {a: {en: '{x:>9}'}}", "or its format is unknown"),
        ("messages: {a: {en: '{x:-}'}}", "or its format is unknown"),
        ("messages: {a: {en: '{x'}}", r"b.yml: a \(en\): "),
        ("messages: {a: {en: 'x {y}', de: 'x {y} {z}'}}", r"b.yml: a \(de\) wants z, which en does not have"),
        ("messages: {a: {en: 'x", "b.yml: "),
        ("messages: {[a]: {en: x}}", "b.yml: "),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, content: str, said: str) -> None:
    """At the start, in one line, not when the first customer should hear it."""
    with pytest.raises(WordingError, match=said) as fault:
        _load(tmp_path, a=DONE, b=content)
    assert "\n" not in str(fault.value)


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    """Texts are UTF-8."""
    (tmp_path / "b.yml").write_bytes("messages: {a: {en: für}}".encode("latin-1"))
    with pytest.raises(WordingError, match=r"b\.yml"):
        _load(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Started in the wrong place."""
    with pytest.raises(WordingError, match=r"there is no folder of texts at .*/gone"):
        _load(tmp_path / "gone")


def test_no_texts_at_all(tmp_path: Path) -> None:
    """Nothing to say is no fault of the reader; asking for a text is."""
    assert _load(tmp_path).locale("de") == "en"


def test_the_texts_we_ship_load() -> None:
    """Every file of data/responses is sound."""
    shipped = Responses.load(Path(__file__).parents[3] / "data" / "responses", BERLIN)
    assert shipped.locale("en-GB") == "en"
