from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.billing.csv_import import parse
from bot.billing.data import BookData, load
from bot.domain.currencies import decimals
from bot.domain.customers import Customer
from bot.domain.errors import ConflictError, ImportFaultError
from bot.domain.money import Money
from bot.domain.periods import Interval
from bot.domain.subscriptions import EndRule, Plan, Status
from tests.fixtures import builders
from tests.fixtures.builders import BERLIN
from tests.fixtures.memory_store import MemoryStore

HEADER = "customer,name,email,subscription,plan,price,currency,started"
ROW = "ada,Ada Berg,ada@example.com,s_1,pro,12.00,EUR,2026-01-31"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its file."""
    return tmp_path / "customers.csv"


def read(file: Path, *lines: str) -> BookData:
    """Parses a file of these lines."""
    file.write_text("\n".join(lines), encoding="utf-8")
    return parse(file, BERLIN)


def fault(file: Path, *lines: str) -> tuple[int, str, str]:
    """Line, column and problem of a file of these lines."""
    with pytest.raises(ImportFaultError) as caught:
        read(file, *lines)
    assert caught.value.file == str(file)
    return caught.value.line, caught.value.column, caught.value.problem


def test_a_row_needs_little(file: Path) -> None:
    """What is left out takes its usual value; a date is midnight where the company is."""
    data = read(file, HEADER, ROW)
    assert data.customers == (Customer("ada", "Ada Berg", "ada@example.com", "en"),)
    assert data.plans == (Plan("pro", "pro", Money(1200, "EUR"), Interval.MONTH),)
    (subscription,) = data.subscriptions
    assert (subscription.ref, subscription.customer_ref, subscription.plan) == ("s_1", "ada", data.plans[0])
    assert (subscription.status, subscription.ends_at) == (Status.ACTIVE, None)
    assert subscription.anchor == datetime(2026, 1, 30, 23, tzinfo=UTC)
    assert subscription.anchor in subscription.period


def test_every_column_is_read(file: Path) -> None:
    """With a byte order mark, quotes, blank lines, spaces around fields and line ends of Windows."""
    header = (
        HEADER + ",locale,plan_name,interval,ends,refund_unused,status,ends_at,trial_until,withdrawal_until"
    )
    row = (
        'ada,"Berg, Ada", Ada@Example.com ,s_1,pro,1200,JPY,2026-01-31T08:00:00+01:00,de,"Pro ""Plus""",year,'
        "at_once,yes,cancelling,2026-12-31,2026-02-14,2026-02-14T00:00:00Z"
    )
    file.write_bytes(b"\xef\xbb\xbf" + f"{header}\r\n\r\n{row}\r\n,,,,,,,,,,,,,,,,\r\n".encode())
    data = parse(file, BERLIN)
    assert data.customers == (Customer("ada", "Berg, Ada", "ada@example.com", "de"),)
    assert data.plans == (
        Plan("pro", 'Pro "Plus"', Money(1200, "JPY"), Interval.YEAR, EndRule.AT_ONCE, refund_unused=True),
    )
    (subscription,) = data.subscriptions
    assert subscription.status is Status.CANCELLING
    assert subscription.anchor == datetime(2026, 1, 31, 7, tzinfo=UTC)
    assert subscription.ends_at == datetime(2026, 12, 30, 23, tzinfo=UTC)
    assert subscription.trial_until == datetime(2026, 2, 13, 23, tzinfo=UTC)
    assert subscription.withdrawal_until == datetime(2026, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize("written", ["+4930123456", "0049 30/123 456", "+49 (30) 123-456", ""])
def test_a_number_is_read_however_it_is_written(file: Path, written: str) -> None:
    """Into one form; where none is given there is none."""
    (customer,) = read(file, f"{HEADER},phone", f"{ROW},{written}").customers
    assert customer.phone == ("+4930123456" if written else None)


def test_customers_and_plans_come_up_in_several_rows(file: Path) -> None:
    """Two subscriptions of one customer, one plan of two customers, and a customer without any."""
    data = read(
        file,
        HEADER,
        ROW,
        "ada,Ada Berg,ada@example.com,s_2,basic,5,EUR,2026-02-01",
        "bob,Bob,bob@example.com,s_3,pro,12.0,EUR,2026-02-01",
        "eve,Eve,eve@example.com,,,,,",
    )
    assert [item.ref for item in data.customers] == ["ada", "bob", "eve"]
    assert [item.ref for item in data.plans] == ["pro", "basic"]
    assert [item.ref for item in data.subscriptions] == ["s_1", "s_2", "s_3"]


@pytest.mark.parametrize(
    ("lines", "line", "column", "problem"),
    [
        ([], 1, "customer", "empty"),
        (["", "", "customer,name,mail"], 3, "mail", "not a column"),
        (["customer,name,name"], 1, "name", "twice"),
        (["customer,name"], 1, "email", "missing"),
        ([HEADER, ROW, "bob,Bob"], 3, "email", "2 fields"),
        ([HEADER, ROW + ",more"], 2, "?", "9 fields"),
        ([HEADER, '"ada,Ada'], 2, "?", "not a row of CSV"),
        ([HEADER, 'ada,"Ada\nBerg",ada@example.com,,,,,'], 2, "name", "printable"),
        ([HEADER, "ada," + "A" * 201 + ",ada@example.com,,,,,"], 2, "name", "200"),
        ([HEADER, ",Ada,ada@example.com,,,,,"], 2, "customer", "is empty"),
        ([HEADER, "ada,Ada,example.com,,,,,"], 2, "email", "not an e-mail"),
        ([HEADER + ",locale", ROW + ",English"], 2, "locale", "takes a language"),
        ([HEADER + ",phone", ROW + ",030 123456"], 2, "phone", "country code"),
        ([HEADER + ",phone", ROW + ",4930123456"], 2, "phone", "country code"),
        ([HEADER + ",phone", ROW + ",+49"], 2, "phone", "country code"),
        ([HEADER + ",country", ROW + ",Germany"], 2, "country", "two letters"),
        ([HEADER, ROW, ROW], 3, "subscription", "twice"),
        ([HEADER, ROW, ROW.replace("Berg", "Borg")], 3, "customer", "different facts"),
        ([HEADER, ROW, ROW.replace("ada,", "bob,").replace("s_1", "s_2")], 3, "email", "another customer"),
        ([HEADER, ROW, ROW.replace("s_1", "s_2").replace("12", "13")], 3, "plan", "different facts"),
        ([HEADER, ROW, "ada,Ada Berg,ada@example.com,,,,,"], 3, "customer", "without a subscription"),
        ([HEADER, "ada,Ada Berg,ada@example.com,,,,,", ROW], 3, "customer", "without a subscription"),
        ([HEADER, ROW.replace("s_1", "")], 2, "plan", "no subscription"),
        ([HEADER, ROW.replace("pro", "")], 2, "plan", "is empty"),
        ([HEADER, ROW.replace("12.00", "12,00 EUR")], 2, "?", "9 fields"),
        ([HEADER, ROW.replace("12.00", "€12")], 2, "price", "takes an amount"),
        ([HEADER, ROW.replace("12.00", "-1")], 2, "price", "takes an amount"),
        ([HEADER, ROW.replace("12.00", "1e3")], 2, "price", "takes an amount"),
        ([HEADER, ROW.replace("12.00", "١٢")], 2, "price", "takes an amount"),
        ([HEADER, ROW.replace("12.00", "12.005")], 2, "price", "2 decimals"),
        ([HEADER, ROW.replace("EUR", "JPY").replace("12.00", "12.5")], 2, "price", "0 decimals"),
        ([HEADER, ROW.replace("EUR", "eur")], 2, "currency", "takes a code"),
        ([HEADER + ",interval", ROW + ",fortnight"], 2, "interval", "month, year"),
        ([HEADER + ",interval", ROW + ",0 months"], 2, "interval", "3 months"),
        ([HEADER + ",interval", ROW + ",11 years"], 2, "interval", "3 months"),
        ([HEADER + ",ends", ROW + ",never"], 2, "ends", "period_end"),
        ([HEADER + ",refund_unused", ROW + ",maybe"], 2, "refund_unused", "yes or no"),
        ([HEADER + ",refund_unused", ROW + ",yes"], 2, "refund_unused", "at_once"),
        ([HEADER + ",status", ROW + ",gone"], 2, "status", "paused"),
        ([HEADER + ",status", ROW + ",ended"], 2, "ends_at", "goes with"),
        ([HEADER + ",ends_at", ROW + ",2026-03-01"], 2, "ends_at", "goes with"),
        ([HEADER + ",status,ends_at", ROW + ",ended,2025-03-01"], 2, "ends_at", "before started"),
        ([HEADER + ",status", ROW + ",trial"], 2, "trial_until", "is empty"),
        ([HEADER + ",trial_until", ROW + ",2025-03-01"], 2, "trial_until", "before started"),
        ([HEADER, ROW.replace("2026-01-31", "")], 2, "started", "is empty"),
        ([HEADER, ROW.replace("2026-01-31", "31.01.2026")], 2, "started", "takes 2026-03-31"),
        ([HEADER, ROW.replace("2026-01-31", "2026-02-30")], 2, "started", "takes 2026-03-31"),
        ([HEADER, ROW.replace("2026-01-31", "2026-01-31T08:00:00")], 2, "started", "takes 2026-03-31"),
        ([HEADER, ROW.replace("2026-01-31", "0001-01-01")], 2, "started", "takes 2026-03-31"),
    ],
)
def test_a_fault_is_named_by_line_and_column(
    file: Path, lines: list[str], line: int, column: str, problem: str
) -> None:
    """The first one there is, and nothing comes of the file."""
    found_line, found_column, found = fault(file, *lines)
    assert (found_line, found_column) == (line, column)
    assert problem in found


def test_the_line_is_that_of_the_row_after_fields_of_several_lines(file: Path) -> None:
    """Counted as an editor counts."""
    quoted = '"' + "x\n" * 3 + '",Ada,ada@example.com,,,,,'
    assert fault(file, HEADER, ROW, quoted)[0] == 3
    assert fault(file, HEADER, "", "", ROW, "bob")[0] == 5


def test_what_is_not_utf_8_is_named_by_line(file: Path) -> None:
    """Typical of a file saved by an old spreadsheet."""
    file.write_bytes(f"{HEADER}\n{ROW}\n".encode() + "bob,Jürgen,b@example.com,,,,,".encode("latin-1"))
    with pytest.raises(ImportFaultError, match="not UTF-8") as caught:
        parse(file, BERLIN)
    assert caught.value.line == 3


def test_a_file_that_is_not_there_is_an_os_error(file: Path) -> None:
    """Whoever asked says so in one line."""
    with pytest.raises(FileNotFoundError):
        parse(file, BERLIN)


@settings(deadline=None)
@given(minor=st.integers(0, 10**12 - 1), currency=st.sampled_from(["EUR", "JPY", "KWD", "CLF", "USD"]))
def test_prices_are_converted_exactly(
    tmp_path_factory: pytest.TempPathFactory, minor: int, currency: str
) -> None:
    """Whatever amount a currency can express is read to the last minor unit."""
    file = tmp_path_factory.getbasetemp() / "price.csv"
    price = Decimal(minor).scaleb(-decimals(currency))
    data = read(file, HEADER, ROW.replace("12.00", f"{price:f}").replace("EUR", currency))
    assert data.plans[0].price == Money(minor, currency)


def test_what_was_read_is_loaded(file: Path) -> None:
    """Customers, plans and subscriptions; customers without one as well."""
    store = MemoryStore()
    data = read(file, HEADER, ROW, "eve,Eve,eve@example.com,,,,,")
    with store.begin() as work:
        load(work, data)
        assert work.customers.all() == list(data.customers)
        assert work.book.plans() == list(data.plans)
        assert [item.ref for item in work.book.of_customer("ada")] == ["s_1"]


def test_a_subscription_that_was_cancelled_here_is_left_as_it_is(file: Path) -> None:
    """The same file twice takes back no cancellation; what nobody has touched is brought up to date."""
    store = MemoryStore()
    other = ROW.replace("s_1", "s_2")
    with store.begin() as work:
        assert load(work, read(file, HEADER, ROW, other)) == 0
        builders.populate(work)
        cancelled = builders.subscription(status=Status.CANCELLING)
        work.book.put(cancelled)
        work.operations.add(builders.operation())
        assert load(work, read(file, HEADER, ROW, other.replace("01-31", "02-28"))) == 1
        first, second = work.book.get("s_1"), work.book.get("s_2")
        assert first is not None
        assert first.status is Status.CANCELLING
        assert second is not None
        assert second.anchor.month == 2


def test_a_subscription_of_another_customer_is_refused(file: Path) -> None:
    """A reference belongs to one customer."""
    store = MemoryStore()
    with store.begin() as work:
        load(work, read(file, HEADER, ROW))
        other = read(file, HEADER, ROW.replace("ada,", "bob,").replace("ada@", "bob@"))
        with pytest.raises(ConflictError, match="s_1 belongs to customer ada"):
            load(work, other)


def test_an_address_of_another_customer_is_refused(file: Path) -> None:
    """The fault names the accounts and not the address."""
    store = MemoryStore()
    with store.begin() as work:
        load(work, read(file, HEADER, ROW))
        other = read(file, HEADER, ROW.replace("ada,", "bob,").replace("s_1", "s_2"))
        with pytest.raises(ConflictError, match="ada") as caught:
            load(work, other)
        assert "example.com" not in str(caught.value)
