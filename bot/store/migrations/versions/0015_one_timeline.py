"""Reading a customer's conversations as one: by time in each, and which of theirs are the newest."""

from alembic import op

revision = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

_OF_CUSTOMER = "ix_conversations_customer_ref"
_NEWEST = "ix_conversations_customer_ref_last_message_at"
_BY_TIME = "ix_messages_conversation_id_at_seq"


def upgrade() -> None:
    """The newest come from the end of an index; until now all of a customer's were sorted for that."""
    op.create_index(_BY_TIME, "messages", ["conversation_id", "at", "seq"])
    op.create_index(_NEWEST, "conversations", ["customer_ref", "last_message_at"])
    op.drop_index(_OF_CUSTOMER, "conversations")


def downgrade() -> None:
    """As before."""
    op.create_index(_OF_CUSTOMER, "conversations", ["customer_ref"])
    op.drop_index(_NEWEST, "conversations")
    op.drop_index(_BY_TIME, "messages")
