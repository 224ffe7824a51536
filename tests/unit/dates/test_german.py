from __future__ import annotations

import pytest

from tests.unit.dates.support import read

DAYS = {
    "bitte zum 31.12. kündigen": "2026-12-31",
    "hiermit kündige ich zum 30.6.": "2026-06-30",
    "zum 30/04 kündigen": "2026-04-30",
    "Kündigung per 31.12.26": "2026-12-31",
    "Kündigung zum 31.03.2026": "2026-03-31",
    "kündige mein Abo am 30. April 2026": "2026-04-30",
    "Kündigung zum 1. Juli": "2026-07-01",
    "zum ersten Mai kündigen": "2026-05-01",
    "zum einunddreißigsten März kündigen": "2026-03-31",
    "bitte zum 30ten April kündigen": "2026-04-30",
    "kündige Abo zum 30. aprl": "2026-04-30",
    "kündige mein Abo zum 15.": "2026-03-15",
    "zum 3. des nächsten Monats kündigen": "2026-04-03",
    "zum 31. Januar nächsten Jahres kündigen": "2027-01-31",
    "Bitte kündigen. Zum 30.4.": "2026-04-30",
    "Das Abo soll am 30.6. enden": "2026-06-30",
    "Mein Abo, das ich im Mai abgeschlossen habe, zum 31.12. kündigen": "2026-12-31",
    "hiermit kündige ich fristgerecht zum 31.12.2026, hilfsweise zum nächstmöglichen Termin": "2026-12-31",
    "Ich ziehe am 30. Juni um, bitte zu diesem Zeitpunkt kündigen": "2026-06-30",
    "Mein Vertrag läuft noch bis Ende Juni, zu diesem Termin kündigen": "2026-06-30",
    "Guten Morgen, bitte kündigen Sie mein Abo zum 30. April. Einen schönen Tag": "2026-04-30",
    "kündigen zum 31. März, nicht erst zum 30. April": "2026-03-31",
    "nicht sofort, sondern zum 30.4. kündigen": "2026-04-30",
    "zu Silvester kündigen": "2026-12-31",
    "zum Jahreswechsel kündigen": "2026-12-31",
    "ich trete zum 31. Dezember aus": "2026-12-31",
    "Mit Wirkung vom 1. Mai kündige ich": "2026-05-01",
    "zum 30.April 26": "2026-04-30",
    "kündigen 30.04": "2026-04-30",
    "Weil ich im Juni umziehe, möchte ich zum 31. Mai kündigen": "2026-05-31",
    # Days counted from today.
    "noch zwei Monate, dann Schluss": "2026-05-10",
    "Hiermit kündige ich zum 30.09.2026. Bitte bestätigen Sie den Eingang bis zum 20.03.2026.": "2026-09-30",
    "morgen kündigen": "2026-03-11",
    "übermorgen beenden": "2026-03-12",
    "in zwei Wochen kündigen": "2026-03-24",
    "in 14 Tagen kündigen": "2026-03-24",
    "Kündigung in 3 Monaten": "2026-06-10",
    "in einem halben Jahr kündigen": "2026-09-10",
    "Kündigung mit einer Frist von 3 Monaten": "2026-06-10",
    "am Freitag kündigen": "2026-03-13",
    "kommenden Freitag kündigen": "2026-03-13",
    # The end, the middle and the beginning of something.
    "ich möchte zum Monatsende kündigen": "2026-03-31",
    "Ende des Monats ist Schluss": "2026-03-31",
    "Bitte beenden Sie mein Abo am letzten Tag des Monats": "2026-03-31",
    "zum Ende des nächsten Monats kündigen": "2026-04-30",
    "Ende nächster Woche kündigen": "2026-03-22",
    "kündigen zum Jahresende": "2026-12-31",
    "Ende diesen Jahres kündigen": "2026-12-31",
    "kündigen zum Quartalsende": "2026-03-31",
    "Ende Juni kündigen": "2026-06-30",
    "Kündigung zu Ende Dezember": "2026-12-31",
    "Mitte Mai kündigen": "2026-05-16",
    "kündigen Anfang Juli": "2026-07-01",
    "zum nächsten Ersten": "2026-04-01",
    "Kündigung zum Monatsersten": "2026-04-01",
    # Up to, from, after, before.
    "bis Ende Mai will ich es noch nutzen": "2026-05-31",
    "ich will nur noch bis Ende des Monats zahlen": "2026-03-31",
    "behalten bis 30. April, dann kündigen": "2026-04-30",
    "kündigen ab Mai": "2026-04-30",
    "Bitte buchen Sie ab April nichts mehr ab": "2026-03-31",
    "ab dem 1. Juni bitte kein Abo mehr": "2026-05-31",
    "ab 01.06.2026 kündigen": "2026-05-31",
    "ich will ab nächstem Monat nicht mehr zahlen": "2026-03-31",
    "nach dem 15. April kündigen": "2026-04-15",
    "vor dem 15. April kündigen": "2026-04-14",
}
SEVERAL_DAYS = {
    "nächsten Monat kündigen": "2026-04-01 2026-04-30",
    "kuendigen naechsten Monat": "2026-04-01 2026-04-30",
    "übernächsten Monat kündigen": "2026-05-01 2026-05-31",
    "nächste Woche kündigen": "2026-03-16 2026-03-22",
    "im Dezember kündigen": "2026-12-01 2026-12-31",
    "kündigen im Jänner": "2027-01-01 2027-01-31",
}
NEXT = (
    "heute kündigen",
    "sofort kündigen",
    "am besten sofort",
    "mit sofortiger Wirkung kündigen",
    "kündigen ab morgen",
    "zum nächstmöglichen Zeitpunkt kündigen",
    "zum frühestmöglichen Termin",
    "so bald wie möglich kündigen",
    "zum Vertragsende kündigen",
    "zum Ende der Laufzeit bitte",
    "ordentlich zum Ablauf der Mindestvertragslaufzeit kündigen",
    "zum Ende des bezahlten Zeitraums kündigen",
    "mit Ablauf der Probezeit kündigen",
    "fristgerecht kündigen",
    "bitte sofort kündigen, spätestens zum 30.6.",
)
UNCLEAR = (
    "nach den Ferien kündigen",
    "nach Weihnachten kündigen",
    "nach dem Urlaub kündigen",
    "in ein paar Wochen kündigen",
    "demnächst kündigen",
    "irgendwann im Sommer kündigen",
    "etwa Mitte Mai kündigen",
    "zwischen dem 1. und dem 15. Mai kündigen",
    "am 31. März oder am 30. April kündigen",
    "sofort zum 30.6. kündigen",
    "kündige zum 31.02.",
    "zum 31.12.2025 kündigen",
    "rückwirkend zum 1. Januar kündigen",
    "kündigen ab März",
)
NOT_A_WISH = (
    "ich will kündigen",
    "ich bin seit März dabei und will kündigen",
    "ich bin seit 2019 Kunde und kündige",
    "seit drei Monaten nicht genutzt, bitte kündigen",
    "das Geld wird am 3. abgebucht, bitte kündigen",
    "wird immer am 15. abgebucht, will kündigen",
    "Sie haben am 3. März 12 € abgebucht, kündigen",
    "ich habe am 3. März abgeschlossen und möchte kündigen",
    "Ich kündige mein Abo vom 3. März",
    "Ich ziehe im Juni um und möchte kündigen",
    "Ich kündige, da ich im Mai umziehe",
    "ich habe schon im Februar gekündigt, bitte kündigen",
    "Bitte kündigen und die Bestätigung bis morgen schicken",
    "guten Morgen, ich will kündigen",
    "ich bin 31 und will kündigen",
    "kündigen Sie mein Abo für 12,99 €",
    "kündige das um 15 Uhr",
    "kündige mein Abo zum zweiten Mal",
    "am 31. März war ich im Kino",
    "Weil die Preise zum 1. April steigen, kündige ich",
    "bevor am 1. April abgebucht wird, kündigen",
    "kündigen, mein Gehalt kommt am 25.",
    "Kündigungsbestätigung bitte bis 20. März",
    "ich kündige wegen der Preiserhöhung ab Mai",
    "Kundennummer 12.03.45, bitte kündigen",
    "geboren am 3.4.1985, bitte kündigen",
    "Mein Name ist Anna Mai, ich möchte kündigen",
)


@pytest.mark.parametrize(("text", "day"), list(DAYS.items()))
def test_a_day_is_read(text: str, day: str) -> None:
    """However it is said, written or counted."""
    assert read(text, "de") == day


@pytest.mark.parametrize(("text", "days"), list(SEVERAL_DAYS.items()))
def test_a_month_or_a_week_is_all_of_its_days(text: str, days: str) -> None:
    """With or without umlauts, as Germans and Austrians say it."""
    assert read(text, "de") == days


@pytest.mark.parametrize("text", NEXT)
def test_the_next_possible_end_is_read(text: str) -> None:
    """At once, and with whatever is paid for."""
    assert read(text, "de") == "next"


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_cannot_be_placed_is_unclear(text: str) -> None:
    """No date in the calendar, several, or one that is over: it is asked, and not guessed."""
    assert read(text, "de") == "unclear"


@pytest.mark.parametrize("text", NOT_A_WISH)
def test_what_is_no_wished_end_says_nothing(text: str) -> None:
    """The past, prices, ages, times of day, and days that something else happens on."""
    assert read(text, "de") == "-"
