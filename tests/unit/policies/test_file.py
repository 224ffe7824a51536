from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, NoticeTo, Pausing, Policies, Policy, Refund, Withdrawal
from bot.policies.file import FIELDS, read_policies
from bot.policies.nodes import PolicyFileError
from tests.unit.domain.support import a_plan

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "policy.example.yml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its file."""
    return tmp_path / "policy.yml"


def read(file: Path, text: str) -> Policies:
    """Reads a file of this text."""
    file.write_text(text, encoding="utf-8")
    return read_policies(file)


def faults(file: Path, text: str) -> list[str]:
    """What is wrong, without the file's name."""
    with pytest.raises(PolicyFileError) as caught:
        read(file, text)
    assert all(line.startswith(f"{file}:") for line in caught.value.lines)
    return [line.removeprefix(f"{file}:") for line in caught.value.lines]


def policy(file: Path, *fields: str) -> Policy:
    """The policy of every plan that these fields make."""
    lines = "".join(f"    {field}\n" for field in fields)
    return read(file, f"plans:\n  '*':\n{lines}").of(a_plan())


def test_the_example_in_the_docs_is_valid() -> None:
    """Every field stands in it, and each comes out as its comment says."""
    policies = read_policies(EXAMPLE)
    assert policies.country == "DE"
    assert policies.of(a_plan("Basic")) == Policy(
        Ending(Ends.PERIOD_END),
        refund=Refund.UNUSED,
        withdrawal=Withdrawal(14, Refund.FULL),
        pause=Pausing(Interval("3 months")),
    )
    assert policies.of(a_plan("Basic"), "US").withdrawal is None
    assert policies.of(a_plan("Pro")).undo == timedelta(hours=24)
    yearly = policies.of(a_plan("Yearly"))
    assert yearly.renewed == Ending(Ends.NOTICE, Interval.MONTH, NoticeTo.DAY)
    team = policies.of(a_plan("Team Plus"))
    assert team.end == Ending(Ends.NOTICE, Interval("6 weeks"), NoticeTo.MONTH_END)
    assert (team.consumers, team.withdrawal, team.pause) == (False, None, None)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [name for name in (*FIELDS, "countries") if f"{name}:" not in text] == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("end: at_once", {"end": Ending(Ends.AT_ONCE)}),
        ("end: period_end", {"end": Ending(Ends.PERIOD_END)}),
        (
            "end: {notice: 14 days, to: day}",
            {"end": Ending(Ends.NOTICE, Interval("14 days"), NoticeTo.DAY)},
        ),
        ("end_once_renewed: at_once", {"renewed": Ending(Ends.AT_ONCE)}),
        ("end_once_renewed: no", {"renewed": None}),
        ("later_dates: no", {"later": False}),
        ("later_dates: 'yes'", {"later": True}),
        ("refund: unused", {"refund": Refund.UNUSED}),
        ("withdrawal: no", {"withdrawal": None}),
        ("withdrawal: yes", {"withdrawal": Withdrawal()}),
        ("withdrawal: {days: 30}", {"withdrawal": Withdrawal(30)}),
        ("withdrawal: {refund: unused}", {"withdrawal": Withdrawal(14, Refund.UNUSED)}),
        ("pause: yes", {"pause": Pausing()}),
        ("pause: no", {"pause": None}),
        ("pause: {at_most: 2 weeks}", {"pause": Pausing(Interval("2 weeks"))}),
        ("undo: 24 hours", {"undo": timedelta(days=1)}),
        ("undo: 14 days", {"undo": timedelta(days=14)}),
        ("undo: no", {"undo": None}),
        ("consumers: false", {"consumers": False}),
    ],
)
def test_a_field_is_read(file: Path, field: str, expected: dict[str, object]) -> None:
    """Each of its forms."""
    found = policy(file, field)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (
            "end: soon",
            "3: plans.*.end: takes at_once, period_end, or a notice and what it runs to, not 'soon'",
        ),
        ("end:", "3: plans.*.end: takes at_once"),
        ("end: [at_once]", "3: plans.*.end: takes at_once"),
        ("end: {notice: 1 month}", "3: plans.*.end: lacks to"),
        ("end: {to: day}", "3: plans.*.end: lacks notice"),
        ("end: {notice: soon, to: day}", "3: plans.*.end.notice: takes a length such as"),
        ("end: {notice: 13 months, to: day}", "3: plans.*.end.notice: takes a year at most"),
        ("end: {notice: 400 days, to: day}", "3: plans.*.end.notice: takes a year at most"),
        ("end: {notice: 1 month, to: year}", "3: plans.*.end.to: takes day or month_end or period_end"),
        ("end: {notice: 1 month, to: day, fee: 5}", "3: plans.*.end.fee: not a field here"),
        ("refund: full", "3: plans.*.refund: takes none or unused, not 'full'"),
        ("later_dates: maybe", "3: plans.*.later_dates: takes yes or no"),
        ("withdrawal: 14", "3: plans.*.withdrawal: takes yes or no, or days and refund"),
        ("withdrawal: {days: 0}", "3: plans.*.withdrawal.days: takes a number of days from 1 to 366"),
        ("withdrawal: {days: 1.5}", "3: plans.*.withdrawal.days: takes a number of days"),
        ("withdrawal: {refund: none}", "3: plans.*.withdrawal.refund: takes unused or full"),
        ("withdrawal: {fee: 5}", "3: plans.*.withdrawal.fee: not a field here"),
        ("withdrawal: [1]", "3: plans.*.withdrawal: takes yes, no"),
        ("pause: 3 months", "3: plans.*.pause: takes yes or no, or at_most"),
        ("pause: {at_most: ever}", "3: plans.*.pause.at_most: takes a length"),
        ("pause: {least: 1 month}", "3: plans.*.pause.least: not a field here"),
        ("undo: 0 hours", "3: plans.*.undo: takes no, or hours or days up to 14 days"),
        ("undo: 15 days", "3: plans.*.undo: takes no, or hours or days up to 14 days"),
        ("undo: 999 hours", "3: plans.*.undo: takes no, or hours or days up to 14 days"),
        ("fee: 5 EUR", "3: plans.*.fee: not a field of a policy; there are end, "),
        ("countries: {UK: {undo: no}}", "3: plans.*.countries.UK: takes codes of ISO 3166-1; meant is GB"),
        ("countries: {de: {undo: no}}", "3: plans.*.countries.de: takes a country as two letters"),
        ("countries: [DE]", "3: plans.*.countries: takes countries"),
        ("countries: {DE: no}", "3: plans.*.countries.DE: takes fields"),
        ("countries: {DE: {fee: 5}}", "3: plans.*.countries.DE.fee: not a field of a policy"),
    ],
)
def test_what_can_not_be_taken_is_named_by_line_and_field(file: Path, field: str, fault: str) -> None:
    """With what the field takes, and what it was given."""
    (found,) = faults(file, f"plans:\n  '*':\n    {field}\n")
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: the file: is empty"),
        ("# nothing\n", "1: the file: is empty"),
        ("[1]", "1: the file: takes country and plans"),
        ("country: DE\n", "1: the file: takes plans"),
        ("plans:\n", "1: plans: takes plans"),
        ("plans: {}\n", "1: plans: takes at least one plan"),
        ("plans:\n  pro:\n", "2: plans.pro: takes fields"),
        ("plans: {'*': {}}\ncountry: Germany\n", "2: country: takes a country as two letters"),
        ("plans: {'*': {}}\nfees: 1\n", "2: fees: not a field here"),
        ("plans:\n  pro: {}\n  pro: {}\n", "3: plans.pro: comes up twice"),
        ("plans:\n  pro: {}\n  PRO: {}\n", "3: plans.PRO: is the same plan as pro"),
        ("plans:\n  ? [1]\n  : {}\n  b: [1]\n", "4: plans.b: takes fields"),
        ("plans: [\n", "2: the file: not YAML: "),
        ("a: 1\n---\nb: 2\n", "2: the file: not YAML: "),
        ("a: \x00", "1: the file: not YAML: holds characters that no text has"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(file: Path, text: str, fault: str) -> None:
    """Where it is broken, and how."""
    assert any(found.startswith(fault) for found in faults(file, text))


def test_what_is_not_utf_8_is_named_by_line(file: Path) -> None:
    """Typical of a file saved by an old editor."""
    file.write_bytes(b"plans:\n  B\xfcro: {}\n")
    with pytest.raises(PolicyFileError, match=r":2: the file: not UTF-8$"):
        read_policies(file)


def test_all_faults_are_told_at_once_and_the_first_in_one_line(file: Path) -> None:
    """In the order of the file; whoever starts the app reads the first, and how many more there are."""
    text = "plans:\n  '*':\n    end: soon\n    undo: ever\ncountry: Germany\n"
    found = faults(file, text)
    assert [line.split(":")[0] for line in found] == ["3", "4", "5"]
    with pytest.raises(PolicyFileError) as caught:
        read(file, text)
    assert str(caught.value) == f"{file}:{found[0]} (and 2 more: fairwell policy check)"


def test_a_file_that_is_not_there_is_an_os_error(file: Path) -> None:
    """Whoever asked says so in one line."""
    with pytest.raises(FileNotFoundError):
        read_policies(file)


def test_whoever_says_how_it_ends_says_all_of_it(file: Path) -> None:
    """The rule for once it has renewed goes with the old end, and stays where the end does."""
    text = (
        "plans:\n  '*': {end: period_end, end_once_renewed: at_once}\n"
        "  pro: {end: at_once}\n  team: {undo: no}\n"
    )
    policies = read(file, text)
    assert policies.of(a_plan("Pro")).renewed is None
    assert policies.of(a_plan("Team")).renewed == Ending(Ends.AT_ONCE)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """It is read, or refused in its own words."""
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(PolicyFileError):
        read_policies(file)
