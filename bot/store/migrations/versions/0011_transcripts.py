"""Finding conversations again: by when something was said last, by what is known of them, by words."""

import sqlalchemy as sa
from alembic import op

from bot.store.words import entered

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 10_000
#: What was there before is found, too. An outcome is what was confirmed last.
_FACETS = (
    "SELECT DISTINCT 'handed_over', 'yes', conversation_id FROM cases",
    "SELECT DISTINCT 'mistake', 'yes', conversation_id FROM cases WHERE subject = 'mistake'",
    "SELECT DISTINCT 'low_confidence', 'yes', conversation_id FROM messages"
    " WHERE author = 'customer' AND confidence < 0.6",
    "SELECT DISTINCT 'outcome', CASE o.kind WHEN 'cancel' THEN 'cancelled' WHEN 'undo' THEN 'undone'"
    " WHEN 'pause' THEN 'paused' WHEN 'resume' THEN 'resumed' WHEN 'withdraw' THEN 'withdrawn'"
    " ELSE o.kind END, d.conversation_id"
    " FROM operations o JOIN declarations d ON d.id = o.declaration_id WHERE o.state = 'confirmed'"
    " AND o.position = (SELECT max(p.position) FROM operations p"
    " JOIN declarations e ON e.id = p.declaration_id"
    " WHERE e.conversation_id = d.conversation_id AND p.state = 'confirmed')",
    "SELECT DISTINCT 'plan', r.plan_name, d.conversation_id FROM receipts r"
    " JOIN operations o ON o.id = r.operation_id JOIN declarations d ON d.id = o.declaration_id",
)
_REASONS = {
    "sqlite": "SELECT DISTINCT 'reason', j.value, q.conversation_id FROM exit_answers a"
    " JOIN exit_questions q ON q.id = a.question_id JOIN json_each(a.reasons) j",
    "postgresql": "SELECT DISTINCT 'reason', j.value, q.conversation_id FROM exit_answers a"
    " JOIN exit_questions q ON q.id = a.question_id CROSS JOIN json_array_elements_text(a.reasons) j(value)",
}


def upgrade() -> None:
    """Adds the columns and tables, and enters what was said so far."""
    op.add_column("conversations", sa.Column("active_at", _TIME))
    op.create_index("ix_conversations_active_at_id", "conversations", ["active_at", "id"])
    op.create_table(
        "conversation_facets",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "value", "conversation_id", name="pk_conversation_facets"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_facets_conversation_id"
        ),
    )
    op.create_index("ix_conversation_facets_conversation_id", "conversation_facets", ["conversation_id"])
    op.create_table(
        "message_positions",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_message_positions"),
    )
    both = ["conversation_id", "seq"]
    op.create_index("ix_message_positions_conversation_id_seq", "message_positions", both, unique=True)
    _search()
    _enter()


def _search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Without the texts themselves: those stand in the transcript.
        op.execute(
            "CREATE VIRTUAL TABLE message_search USING fts5(words, content='',"
            ' tokenize="unicode61 remove_diacritics 2")'
        )
        return
    op.execute("CREATE TABLE message_search (position bigint PRIMARY KEY, words tsvector NOT NULL)")
    # Without a list of pending entries, whose length a search would have to pay for.
    op.execute(
        "CREATE INDEX ix_message_search_words ON message_search USING gin (words) WITH (fastupdate = off)"
    )
    op.execute("ALTER TABLE message_search ALTER COLUMN words SET STATISTICS 1000")


def _enter() -> None:
    op.execute(
        "UPDATE conversations SET active_at = coalesce((SELECT max(at) FROM messages"
        " WHERE messages.conversation_id = conversations.id), last_message_at)"
    )
    for rows in (*_FACETS, _REASONS[op.get_bind().dialect.name]):
        op.execute(f"INSERT INTO conversation_facets (name, value, conversation_id) {rows}")
    op.execute(
        "INSERT INTO message_positions (conversation_id, seq)"
        " SELECT conversation_id, seq FROM messages ORDER BY at, conversation_id, seq"
    )
    _words()


def _words() -> None:
    """By the same rules as new messages are, hence not in SQL; some at a time, as there may be very many."""
    connection, last = op.get_bind(), 0
    some = sa.text(
        "SELECT p.position, m.text FROM message_positions p JOIN messages m"
        " ON m.conversation_id = p.conversation_id AND m.seq = p.seq"
        " WHERE p.position > :last ORDER BY p.position LIMIT :most"
    )
    sqlite = connection.dialect.name == "sqlite"
    adding = sa.text(
        "INSERT INTO message_search (rowid, words) VALUES (:position, :words)"
        if sqlite
        else "INSERT INTO message_search (position, words) VALUES (:position, to_tsvector('simple', :words))"
    )
    while rows := connection.execute(some, {"last": last, "most": _BATCH}).all():
        values = [{"position": row.position, "words": entered(row.text)} for row in rows]
        connection.execute(adding, values)
        last = rows[-1].position


def downgrade() -> None:
    """Conversations are found by their ids only."""
    for table in ("message_search", "message_positions", "conversation_facets"):
        op.execute(f"DROP TABLE {table}")
    op.drop_index("ix_conversations_active_at_id", "conversations")
    op.drop_column("conversations", "active_at")
