import logging
import unittest
import warnings
from collections.abc import Callable

import structlog
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.understanding import logs, tweaks
from bot.understanding.server import missing, tracker_url

_STOCK = RemoteAction._validate_action_result


def _verdict(check: Callable[..., object], result: object) -> str:
    try:
        check(RemoteAction("action_cancel", None), result)
    except ValidationError:
        return "refused"
    return "accepted"


class ValidatorTest(unittest.TestCase):
    def test_it_judges_as_rasa_does(self) -> None:
        """The schema is looked at once, the answers as strictly as before."""
        tweaks.validate_with_schema_checked_once()
        slot = {"event": "slot", "name": "language", "value": "de", "timestamp": None}
        results: tuple[object, ...] = (
            {"events": [], "responses": []},
            {"events": [slot], "responses": [{"text": "hello"}]},
            {},
            {"events": [{"event": "nonsense"}], "responses": []},
            {"events": [{"event": "slot"}], "responses": []},
            {"events": "none", "responses": []},
            {"events": [], "responses": ["hello"]},
            [],
            None,
        )
        for result in results:
            with self.subTest(result=result):
                assert _verdict(RemoteAction._validate_action_result, result) == _verdict(_STOCK, result)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class LogsTest(unittest.TestCase):
    def setUp(self) -> None:
        """Catch what the root logger lets through."""
        self.scrubber = logs.configure(logging.DEBUG)
        self.kept = _Kept()
        self.kept.addFilter(self.scrubber)
        logging.getLogger().handlers[:] = [self.kept]
        logging.getLogger("rasa").setLevel(logging.DEBUG)
        self.addCleanup(structlog.reset_defaults)
        self.addCleanup(logging.captureWarnings, False)

    def _say_everything(self) -> None:
        logging.getLogger("rasa.core.processor").error(
            "said xylophone to %s", "http://127.0.0.1:8056/webhook"
        )
        logging.getLogger("sanic.error").warning("xylophone", extra={"text": "xylophone"})
        try:
            int("xylophone")
        except ValueError:
            logging.getLogger("rasa.core.agent").exception("xylophone")
        structlog.get_logger("rasa.core.x").error("event.name", text="xylophone")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("xylophone", UserWarning, stacklevel=1)

    def test_while_serving_only_the_place_is_logged(self) -> None:
        """Text, arguments, exceptions and fields are gone; where it happened stays."""
        self.scrubber.serving = True
        self._say_everything()
        text = "\n".join(self.kept.lines)
        assert "rasa.core.processor:_say_everything" in text
        assert "ValueError" in text
        assert "xylophone" not in text
        assert "http" not in text

    def test_our_own_records_are_whole(self) -> None:
        """What we log ourselves is written with care and needs no scrubbing."""
        self.scrubber.serving = True
        logging.getLogger("fairwell.understanding").error("%s failed", "action_cancel")
        assert self.kept.lines == ["action_cancel failed"]

    def test_while_starting_addresses_are_hidden(self) -> None:
        """Before the first customer, why it does not start is shown, but no address."""
        logging.getLogger("rasa.core.tracker_store").error(
            "no database at postgresql://me:secret@host/db today"
        )
        assert self.kept.lines == ["no database at [address] today"]


class SettingsTest(unittest.TestCase):
    def test_trackers_go_where_they_are_told(self) -> None:
        """A SQLAlchemy URL as given, with the PostgreSQL driver that is installed here."""
        for given, used in (
            ("postgresql+psycopg://u@h/db", "postgresql+psycopg2://u@h/db"),
            ("postgresql://u@h/db", "postgresql+psycopg2://u@h/db"),
            ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
        ):
            assert tracker_url({"FAIRWELL_RASA_TRACKER_URL": given}) == used

    def test_missing_settings_are_named(self) -> None:
        """Every one at once, not one after the other."""
        names = ["FAIRWELL_RASA_SECRET", "FAIRWELL_ACTIONS_URL", "FAIRWELL_ACTIONS_SECRET"]
        assert missing({}) == names
        assert missing(dict.fromkeys(names, "x")) == []


if __name__ == "__main__":
    unittest.main()
