from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.periods import Interval
from bot.domain.subscriptions import EndRule, Plan
from bot.ports import View
from bot.services import view_json, views
from bot.settings import load_settings
from cli import policy
from cli.places import ROOT
from tests.fixtures.fake_billing import FakeBilling
from tests.fixtures.fakes import FakeClock
from tests.unit.cli.installation import Installation

YEARLY = Plan("yearly", "Yearly", Money(120000, "JPY"), Interval.YEAR)
FLAT = Plan("flat", "Flat", Money(1000, "KWD"), Interval("3 months"), EndRule.AT_ONCE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of policies."""
    return tmp_path / "policy.yml"


def put(installation: Installation, *plans: Plan) -> None:
    """Further plans, beside the demo's."""
    with installation.deps.store.begin() as work:
        for plan in plans:
            work.book.put_plan(plan)
        work.commit()


def told(installation: Installation, file: Path, plan: str) -> list[str]:
    """What is said of a plan; the file is valid."""
    done = installation.run("policy", "check", str(file))
    assert (done.code, done.err) == (0, "")
    blocks = done.out.split("\n\n")
    (block,) = [block for block in blocks if block.startswith(f"{plan} (")]
    return block.splitlines()


def test_the_example_is_explained_for_every_plan(installation: Installation) -> None:
    """End, money, undo, later days, withdrawal and pause; what is otherwise elsewhere."""
    put(installation, YEARLY)
    lines = told(installation, ROOT / "docs" / "policy.example.yml", "Pro")
    assert lines[0] == "Pro (pro): €12.00 every month"
    assert lines[2].endswith("paid back: €6.00; it runs on for a day, in which it can be undone")
    assert lines[3] == "  A later day can be asked for"
    assert lines[4].startswith("  Withdrawal: for 14 days, so until ")
    assert lines[5].startswith("  Pause: 3 months at most; from today until ")
    assert lines[6] == "  in US: Withdrawal: none, unless the billing system gives a date"
    yearly = told(installation, ROOT / "docs" / "policy.example.yml", "Yearly")
    assert yearly[1].endswith("(with the period)")
    assert yearly[2] == "    charged until then: nothing; paid back: nothing; can be undone until then"
    assert "renewed once, cancelled today: ends on " in yearly[3]
    assert yearly[3].endswith("(a notice of 1 month, to the day it is over)")
    assert "charged until then: nothing; paid back: JP¥" in yearly[4]


def test_what_the_law_has_against_it_is_a_warning_with_its_source(
    installation: Installation, file: Path
) -> None:
    """Exit code 0: it may be meant for somebody whom that law does not protect."""
    put(installation, YEARLY)
    file.write_text(
        "country: DE\nplans:\n  '*': {end: {notice: 3 months, to: month_end}, withdrawal: {days: 7},"
        " countries: {FR: {undo: no}}}\n  gold: {pause: yes}\n"
    )
    out = installation.run("policy", "check", str(file)).out
    assert "warning: DE: the notice is longer than a month (3 months) (§ 309 Nr. 9 c BGB)" in out
    assert (
        "warning: FR: the window to withdraw is 7 days; consumers have 14 (Directive 2011/83/EU, art. 9)"
        in out
    )
    assert "warning: gold: there is no plan of this reference or name" in out
    assert out.splitlines()[-1] == f"{file} is valid, with 17 warnings."


def test_a_broken_file_has_a_line_for_each_fault(installation: Installation, file: Path) -> None:
    """Exit code 1, and nothing else is said."""
    file.write_text("plans:\n  '*':\n    end: soon\n    undo: ever\n")
    done = installation.run("policy", "check", str(file))
    assert done.code == 1
    assert done.lines[0].startswith(f"{file}:3: plans.*.end: takes at_once, ")
    assert done.lines[1].startswith(f"{file}:4: plans.*.undo: takes no, ")
    assert done.lines[2] == "2 faults: this file counts for nothing."
    assert installation.run("policy", "check", f"{file}.yml").fault == (
        1,
        f"{file}.yml: No such file or directory",
    )


def test_without_a_file_the_plans_themselves_are_explained(installation: Installation) -> None:
    """And what is odd about them, though no law of a known country speaks against it."""
    put(installation, FLAT)
    out = installation.run("policy", "check").out
    assert out.startswith("FAIRWELL_POLICY is not set: this is what the plans themselves say.\n")
    assert "Flat (flat): KWD1.000 every 3 months" in out
    assert (
        "cancelled today: ends at once\n    charged until then: nothing; paid back: nothing; can't be undone"
        in out
    )
    assert "note: it can end before what is paid for does, and nothing comes back" in out
    assert "note: no country is known, so no law was looked at" in out


def test_the_set_file_is_checked_even_when_it_is_broken(
    installation: Installation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While any other command, and a start, ends with one line."""
    assert list(policy.finding(load_settings())) == []
    file.write_text("plans: {'*': {end: soon, undo: ever}}\n")
    monkeypatch.setenv("FAIRWELL_POLICY", str(file))
    assert installation.run("policy", "check").code == 1
    for command in (("customers", "list"), ("up",)):
        code, line = installation.run(*command).fault
        assert code == 1
        assert line.startswith(f"{file}:1: plans.*.end: takes at_once, ")
        assert line.endswith("(and 1 more: fairwell policy check)")
    findings = {item.topic: item for item in policy.finding(load_settings())}
    assert findings["policy"].state == "bad"
    file.write_text("plans: {'*': {end: at_once}}\n")
    assert installation.run("policy", "check").code == 0
    (found,) = policy.finding(load_settings())
    assert (found.state, found.text) == (
        "ok",
        f"{file} speaks of 1 plan; what it does: fairwell policy check",
    )


def test_every_kind_of_pause_and_withdrawal_has_its_sentence(installation: Installation, file: Path) -> None:
    """Without an end, too short to save anything; by the unused part; a note where undo has no effect."""
    file.write_text(
        "plans:\n  basic: {pause: yes, withdrawal: {refund: unused}, undo: 2 hours}\n"
        "  pro: {pause: {at_most: 1 day}, later_dates: no}\n  team: {end: at_once, undo: 3 hours}\n"
    )
    basic = "\n".join(told(installation, file, "Basic"))
    assert "Pause: until the customer goes on" in basic
    assert "the unused part is paid back" in basic
    assert "note: undo has no effect" in basic
    pro = "\n".join(told(installation, file, "Pro"))
    assert "Pause: 1 day at most; today that would save nothing" in pro
    assert "No later day can be asked for" in pro
    assert "it runs on for 3 hours, in which it can be undone" in "\n".join(told(installation, file, "Team"))


def test_a_billing_system_elsewhere_is_asked_which_plans_there_are(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    """And while it is away, what it told last is explained, and said to be that."""
    billing = FakeBilling(FakeClock(), on_sale=(YEARLY,))
    deps = replace(installation.deps, billing=billing)
    assert policy.plans_on_sale(deps) == (YEARLY,)
    with deps.store.begin() as work:
        work.views.put(views.PLANS, View(view_json.dump((FLAT,)), deps.clock.now()))
        work.commit()
    billing.away = True
    assert policy.plans_on_sale(deps) == (FLAT,)
    assert "these are the plans it told last" in capsys.readouterr().out
