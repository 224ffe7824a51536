"""Telegram as a channel, on python-telegram-bot."""

import os

# The library's own switch: times are timedeltas, as they will be in its next version. Without it every
# refusal for flooding would warn, and where warnings are errors it could not even be raised.
os.environ.setdefault("PTB_TIMEDELTA", "true")
