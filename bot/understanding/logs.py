"""Rasa's logging, made safe: while serving, no logger but ours may say what a customer could have written.

Rasa logs customers' texts and the action endpoint's address, at ERROR as well as at DEBUG, in the message,
in the arguments, in structlog's fields and in exceptions. A list of what to remove would always lack one, so
instead only the place of a foreign record is kept: logger, function, line, the exception's type and frames.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType

import structlog

OURS = "fairwell"
_ADDRESS = re.compile(r"\w+://\S+")


class Scrubber(logging.Filter):
    """Lets our own records pass whole; of others, once `serving`, only where they came from."""

    def __init__(self) -> None:
        super().__init__()
        self.serving = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it is never dropped, so that something wrong stays visible."""
        if record.name == OURS or record.name.startswith(f"{OURS}."):
            return True
        if self.serving:
            record.msg = f"{record.name}:{record.funcName}:{record.lineno}"
            if record.exc_info and record.exc_info[0] is not None:
                record.msg += _frames(record.exc_info)
        else:
            record.msg = _ADDRESS.sub("[address]", record.getMessage())
            if record.exc_info and record.exc_info[0] is not None:
                record.msg += _frames(record.exc_info)
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True


def _frames(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    kind, _, trace = exc_info
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return f" {kind.__name__}" + "".join(f"\n  {frame}" for frame in frames[-8:])


def _event_only(_: object, __: str, event: Mapping[str, object]) -> str:
    """Reduce a structlog record to its event's name: the fields hold texts, slots and trackers."""
    return str(event.get("event", ""))


def configure(level: int = logging.INFO) -> Scrubber:
    """Send every logger of this process through one scrubbed handler and return its filter.

    Set `serving` on the returned filter before the first message of a customer is read.
    """
    scrubber = Scrubber()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(scrubber)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger(OURS).setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers:
            logger.handlers.clear()
            logger.propagate = True
    for name in ("rasa", "apscheduler", "matplotlib", "tensorflow", "h5py", "numba", "asyncio"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # Warnings are for who changes the code, and some of Rasa's repeat what a customer wrote.
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _event_only],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return scrubber
