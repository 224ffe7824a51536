"""How values look in a sentence: dates in the company's time zone, money with its currency's digits."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal

from bot.domain.currencies import decimals
from bot.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

# The kind of a language that is meant where only the language is named: English dates are British here.
_REGIONS = {"en": "en_GB"}


class Formats:
    """Formats values for one language; times are shown in `zone`."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self._locale = Locale.parse(_REGIONS.get(language, language))
        self._zone = zone
        self._specs: Mapping[str, Callable[[datetime], str]] = {
            "": self._date,
            "time": self._time,
            "datetime": self._datetime,
            "zoned": self._zoned,
            "weekday": self._weekday,
        }

    def value(self, value: object, spec: str = "") -> str:
        """The value as text. `spec` is `time`, `datetime`, `zoned` or `weekday` for a datetime, else empty.

        For a text it may be `-Word`, which makes a compound: `Team Plus` and `-Abo` are `Team-Plus-Abo`; a
        text that ends with the word already stays as it is.

        Raises `TypeError` for a kind of value nobody has thought of, and for a datetime without a zone.
        """
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise TypeError("a time without a zone")
            return self._specs[spec](value.astimezone(self._zone))
        if isinstance(value, str) and spec.startswith("-"):
            return _compound(value, spec[1:])
        if spec:
            raise TypeError(f"not a time, but asked for as {spec!r}")
        if isinstance(value, str):
            return value
        if isinstance(value, Money):
            return self._money(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(format_decimal(value, locale=self._locale))
        if isinstance(value, list | tuple):
            return format_list([self.value(item) for item in value], locale=self._locale)
        raise TypeError(f"a {type(value).__name__}, which has no form in a sentence")

    def _money(self, amount: Money) -> str:
        # CLDR's digits, which Babel goes by, are those of daily use; some differ.
        exponent = decimals(amount.currency)
        pattern = copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (exponent, exponent)
        value = Decimal(amount.minor).scaleb(-exponent)
        return str(pattern.apply(value, self._locale, currency=amount.currency, currency_digits=False))

    def _date(self, at: datetime) -> str:
        return format_date(at, format="long", locale=self._locale)

    def _weekday(self, at: datetime) -> str:
        return format_date(at, format="EEEE", locale=self._locale)

    def _time(self, at: datetime) -> str:
        return format_time(at, format="short", locale=self._locale)

    def _datetime(self, at: datetime) -> str:
        # The pattern is `{1}, {0}` or the like: 0 is the time, 1 the date (Unicode TR 35, dateTimeFormat).
        pattern = str(get_datetime_format("medium", locale=self._locale))
        return pattern.format(self._time(at), self._date(at))

    def _zoned(self, at: datetime) -> str:
        # With the zone, for what is read far away or years later: "30 November 2026, 14:02 CET".
        return f"{self._datetime(at)} {get_timezone_name(at, width='short', locale=self._locale)}"


def _compound(text: str, word: str) -> str:
    """Languages that write compounds join all their parts: without the hyphens it would be two things."""
    if text.casefold().endswith(word.casefold()):
        return text
    return "-".join([*text.split(), word])
