from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Engine

from bot.domain.inbox import InboxState
from bot.domain.staff import Role, Staff
from bot.domain.text import Masked
from bot.domain.webhooks import Secret
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import START

MARKER = "MARKER-4711"


class _Sealer:
    """The real cipher, so that what is looked for can't be in the file by way of an encoding."""

    def __init__(self) -> None:
        self._fernet = Fernet(Fernet.generate_key())

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        return self._fernet.decrypt(sealed.encode()).decode()


def on_disk(folder: Path) -> bytes:
    """Every byte of the database and of the files SQLite keeps beside it."""
    files = sorted(folder.glob("fairwell.db*"))
    assert [file.name for file in files] == ["fairwell.db", "fairwell.db-shm", "fairwell.db-wal"]
    return b"".join(file.read_bytes() for file in files)


def test_no_secret_ever_lies_readable_on_disk(engine: Engine, tmp_path: Path) -> None:
    """Bodies, turns, placeholders, outcomes, jobs, disclosures, words, keys, tokens, staff's secrets."""
    store = SqlStore(engine, _Sealer())
    with store.begin() as work:
        builders.populate(work)
        work.inbox.add(builders.entry(text=f"code {MARKER}", request=MARKER))
        work.inbox.put_secrets("m_1", Masked("[code]", emails=(MARKER,), codes=(MARKER,)))
        work.inbox.put_result("m_1", MARKER)
        work.outbox.add(builders.job(payload={"code": MARKER}))
        work.declarations.put(builders.declaration("d_2", words=MARKER))
        work.operations.add(builders.operation())
        work.receipts.add(builders.receipt(disclosures=(MARKER,)))
        work.vault.put("slack:installation:T1", MARKER)
        secret = Secret(MARKER)
        work.webhooks.put_endpoint(builders.webhook_endpoint(url=f"https://x/{MARKER}", secrets=(secret,)))
        work.webhooks.add_event(builders.webhook_event(data=f'["{MARKER}"]', words=MARKER))
        work.messages.add(builders.message(receipt=builders.summary(url=f"https://x/?key={MARKER}")))
        work.staff.put(Staff("st_1", "bea@example.com", "Bea", Role.AGENT, START, totp=MARKER))
        work.commit()
    assert MARKER.encode() not in on_disk(tmp_path)
    with store.begin() as work:
        entry = work.inbox.get("m_1")
        assert entry is not None
        assert MARKER in (entry.text or "")
        assert [job.payload for job in work.outbox.lease("one", START, START)] == [{"code": MARKER}]


def test_what_is_answered_is_overwritten(engine: Engine, tmp_path: Path) -> None:
    """Once the log is folded in, not even the ciphertext of a deleted body is left in the file."""
    sealer = _Sealer()
    sealed = sealer.seal("body")

    class Fixed:
        def seal(self, text: str) -> str:
            return sealed

        def open(self, sealed: str) -> str:
            return "body"

    store = SqlStore(engine, Fixed())
    with store.begin() as work:
        work.conversations.put(builders.conversation())
        work.inbox.add(builders.entry())
        work.inbox.put_secrets("m_1", Masked("x"))
        work.commit()
    assert sealed.encode() in on_disk(tmp_path)
    with store.begin() as work:
        work.inbox.put(builders.entry(state=InboxState.ANSWERED))
        work.commit()
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert sealed.encode() not in on_disk(tmp_path)
