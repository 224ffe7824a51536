"""What a message holds that is no text: something a customer sent, or Telegram's own note in the chat."""

from __future__ import annotations

from telegram import Message

#: What is named to the gateway, by the message's fields. The order matters: an animation is given as a
#: document as well, a venue as a location.
_KINDS = {
    "animation": "video",
    "venue": "message",
    "live_photo": "photo",
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "voice": "voice",
    "audio": "audio",
    "sticker": "sticker",
    "document": "document",
    "location": "location",
    "poll": "poll",
}
#: Notes that Telegram itself puts into a chat, about what happened there: nobody said anything.
SERVICE = (
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "giveaway_completed",
    "giveaway_created",
    "group_chat_created",
    "left_chat_member",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "passport_data",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "unique_gift",
    "users_shared",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "web_app_data",
    "write_access_allowed",
)


def is_service(message: Message) -> bool:
    """Whether this is a note of Telegram's, not something anybody sent."""
    return any(getattr(message, name) for name in SERVICE)


def kind_of(message: Message) -> str:
    """What was sent, such as `photo`; `message` for what has no name here: a game, a story, what is new."""
    return next((kind for name, kind in _KINDS.items() if getattr(message, name)), "message")
