"""A logger for Slack's libraries that says where something happened, never what was in it.

At DEBUG they print whole bodies, and some of their warnings quote a code, an answer or a command.
"""

from __future__ import annotations

import logging


class _WithoutValues(logging.Filter):
    """Replaces a record's words by the place they come from and the kind of fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.module}.{record.funcName}: {fault.__name__ if fault else 'see the library'}"
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


#: Bolt copies the level and the filter to every logger it makes from this one.
LOGGER = logging.getLogger("channels.slack.library")
LOGGER.setLevel(logging.WARNING)
LOGGER.addFilter(_WithoutValues())
