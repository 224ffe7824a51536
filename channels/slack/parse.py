"""From what Slack sends to a message of a customer (pure). What is none gives None; nothing here raises.

Slack has signed what comes here, or sent it over our own socket. The words in it are anybody's, so every
field is looked at before it is used.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.slack.addresses import Address, address_of
from channels.slack.markup import plain, without_mention
from channels.slack.payloads import Json, inside, objects, string

#: The value of a button that has been pressed already.
USED = "used"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?", re.ASCII)
# With one of these a message is somebody's own words; with another subtype it isn't, or has its own way.
_WRITTEN = {"", "file_share", "me_message", "thread_broadcast"}
_ARGUMENTS = {
    "help": Event.HELP,
    "hilfe": Event.HELP,
    "language": Event.LANGUAGE,
    "sprache": Event.LANGUAGE,
    "logout": Event.LOG_OUT,
    "log out": Event.LOG_OUT,
    "abmelden": Event.LOG_OUT,
}


def event(body: Json, bot_user: str | None = None) -> Inbound | None:
    """An event: a direct message, its change or deletion, or a mention in a channel."""
    happened = inside(body, "event")
    kind = string(happened, "type")
    bot_user = bot_user or bot_user_of(body)
    if kind == "message" and _is_direct(happened):
        return _message(body, happened, bot_user)
    if kind == "app_mention" and not _is_direct(happened):
        return _mention(body, happened, bot_user)
    return None


def command(body: Json, said_at: datetime | None = None) -> Inbound | None:
    """A slash command: cancelling, unless its argument asks for something else by name."""
    address = address_of(body, string(body, "user_id"))
    trigger = string(body, "trigger_id")
    if address is None or not trigger:
        return None
    arguments = plain(string(body, "text")).strip()
    meant = _ARGUMENTS.get(arguments.casefold(), Event.CANCEL)
    text = f"{string(body, 'command')} {arguments}".strip() if meant is Event.CANCEL else None
    return Inbound("slack", str(address), trigger, text=text, event=meant, said_at=said_at)


def press(body: Json) -> Inbound | None:
    """A button with one of our tokens; links and buttons that are used up are nothing."""
    address = address_of_press(body)
    pressed = pressed_button(body)
    if address is None or pressed is None:
        return None
    identifier = string(body, "trigger_id") or string(pressed, "action_ts")
    if not identifier:
        return None
    return Inbound("slack", str(address), identifier, button=string(pressed, "value"))


def pressed_button(body: Json) -> Json | None:
    """The first of the actions that is a press of one of our buttons."""
    if string(body, "type") != "block_actions":
        return None
    for action in objects(body, "actions"):
        value = string(action, "value")
        if string(action, "type") == "button" and value != USED and _TOKEN.fullmatch(value):
            return action
    return None


def address_of_press(body: Json) -> Address | None:
    """Whose press it was."""
    return address_of(body, string(body, "user", "id"), string(body, "user", "team_id"))


def opened_home(body: Json) -> Address | None:
    """Who has opened the app's home tab, if that is what the event is about."""
    happened = inside(body, "event")
    if string(happened, "type") != "app_home_opened" or string(happened, "tab") != "home":
        return None
    return address_of(body, string(happened, "user"))


def said_in_channel(body: Json) -> str | None:
    """The channel we were mentioned in, for a note that only who did it can see."""
    happened = inside(body, "event")
    if string(happened, "type") != "app_mention" or _is_direct(happened):
        return None
    return string(happened, "channel") or None


def moment(timestamp: str) -> datetime | None:
    """Slack's time of something, or None if it is none."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return None
    return datetime.fromtimestamp(float(timestamp), UTC)


def bot_user_of(body: Json) -> str | None:
    """The bot's own user id, which comes with every event."""
    for authorization in objects(body, "authorizations"):
        if authorization.get("is_bot") is True:
            return string(authorization, "user_id") or None
    return None


def _is_direct(happened: Json) -> bool:
    kind = string(happened, "channel_type")
    return kind == "im" if kind else string(happened, "channel").startswith("D")


def _message(body: Json, happened: Json, bot_user: str | None) -> Inbound | None:
    subtype = string(happened, "subtype")
    if subtype == "message_changed":
        return _changed(body, happened, bot_user)
    if subtype == "message_deleted":
        return _taken_back(body, inside(happened, "previous_message"), bot_user)
    if subtype not in _WRITTEN or not _by_person(happened, bot_user):
        return None
    text = plain(string(happened, "text"))
    files = objects(happened, "files")
    if files and not text.strip():
        return _inbound(body, happened, event=Event.ATTACHMENT, text=_kind(files[0]))
    return _inbound(body, happened, text=text)


def _changed(body: Json, happened: Json, bot_user: str | None) -> Inbound | None:
    after, before = inside(happened, "message"), inside(happened, "previous_message")
    if string(after, "subtype") == "tombstone":
        # With answers below it a deleted message leaves a stone behind instead of going.
        return _taken_back(body, before, bot_user)
    author = string(after, "user")
    by_author = string(after, "edited", "user") == author and _by_person(after, bot_user)
    # A preview of a link is a change as well, and nobody's words.
    if not by_author or string(after, "text") == string(before, "text"):
        return None
    return _inbound(body, after, event=Event.EDITED)


def _taken_back(body: Json, before: Json, bot_user: str | None) -> Inbound | None:
    return _inbound(body, before, event=Event.DELETED) if _by_person(before, bot_user) else None


def _mention(body: Json, happened: Json, bot_user: str | None) -> Inbound | None:
    if not _by_person(happened, bot_user):
        return None
    text = plain(without_mention(string(happened, "text"), bot_user))
    files = objects(happened, "files")
    if text.strip():
        return _inbound(body, happened, text=text)
    if files:
        return _inbound(body, happened, event=Event.ATTACHMENT, text=_kind(files[0]))
    return _inbound(body, happened, event=Event.START)


def _by_person(message: Json, bot_user: str | None) -> bool:
    """Whether a person wrote it: not we, not another bot or app, not Slack itself."""
    user = string(message, "user")
    of_app = (
        message.get("bot_id") or message.get("bot_profile") or string(message, "subtype") == "bot_message"
    )
    return bool(user) and not of_app and user not in {"USLACKBOT", bot_user}


def _kind(file: Json) -> str:
    mimetype = string(file, "mimetype")
    if string(file, "subtype") == "slack_audio" or mimetype.startswith("audio/"):
        return "voice"
    return "photo" if mimetype.startswith("image/") else "file"


def _inbound(
    body: Json, message: Json, *, text: str | None = None, event: Event | None = None
) -> Inbound | None:
    """`message` is the one that says who is behind it; when it happened is the event's."""
    author = string(message, "user")
    address = address_of(body, author, string(message, "user_team"), string(message, "team"))
    identifier = string(body, "event_id")
    if address is None or not identifier:
        return None
    said_at = moment(string(body, "event", "ts"))
    return Inbound("slack", str(address), identifier, text=text, event=event, said_at=said_at)
