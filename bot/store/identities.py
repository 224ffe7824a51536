"""Who proved to be whom: proofs, open codes, and how often codes were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from bot.domain.identities import LONGEST_LINK, CodeChallenge, Link, Proof, ProofSource
from bot.store.repository import Repository
from bot.store.tables.chat import code_challenges, code_requests, links, proofs


class SqlIdentities(Repository):
    """Implements `ports.IdentityRepository`."""

    def proof(self, conversation_id: str, now: datetime) -> Proof | None:
        live = (proofs.c.conversation_id == conversation_id) & (proofs.c.expires_at > now)
        row = self._one(select(proofs).where(live))
        return None if row is None else _proof(row)

    def proofs_of(self, customer_ref: str, now: datetime) -> Sequence[Proof]:
        live = (proofs.c.customer_ref == customer_ref) & (proofs.c.expires_at > now)
        return [
            _proof(row) for row in self._all(select(proofs).where(live).order_by(proofs.c.proved_at.desc()))
        ]

    def put_proof(self, proof: Proof) -> None:
        values = {
            "conversation_id": proof.conversation_id,
            "customer_ref": proof.customer_ref,
            "source": proof.source.value,
            "proved_at": proof.proved_at,
            "expires_at": proof.expires_at,
            "member_id": proof.member_id,
        }
        self._put(proofs, values, proofs.c.conversation_id)

    def end_proof(self, conversation_id: str) -> None:
        self._change(delete(proofs).where(proofs.c.conversation_id == conversation_id))

    def challenge(self, conversation_id: str) -> CodeChallenge | None:
        row = self._one(select(code_challenges).where(code_challenges.c.conversation_id == conversation_id))
        if row is None:
            return None
        return CodeChallenge(
            conversation_id=row.conversation_id,
            declaration_id=row.declaration_id,
            customer_ref=row.customer_ref,
            code_hash=row.code_hash,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            tries_left=row.tries_left,
            member_id=row.member_id,
            purpose=row.purpose,
        )

    def put_challenge(self, challenge: CodeChallenge) -> None:
        values = {
            "conversation_id": challenge.conversation_id,
            "declaration_id": challenge.declaration_id,
            "customer_ref": challenge.customer_ref,
            "code_hash": challenge.code_hash,
            "issued_at": challenge.issued_at,
            "expires_at": challenge.expires_at,
            "tries_left": challenge.tries_left,
            "member_id": challenge.member_id,
            "purpose": challenge.purpose,
        }
        self._put(code_challenges, values, code_challenges.c.conversation_id)

    def end_challenge(self, conversation_id: str) -> None:
        self._change(delete(code_challenges).where(code_challenges.c.conversation_id == conversation_id))

    def add_link(self, link: Link) -> None:
        # No link lives longer than that, so those ended before this one was made.
        self._change(delete(links).where(links.c.expires_at <= link.expires_at - LONGEST_LINK))
        self._connection.execute(self._insert(links).values(**asdict(link)))

    def use_link(self, token_digest: str, purpose: str, conversation_id: str, now: datetime) -> Link | None:
        unused = (links.c.used_in.is_(None)) & (links.c.expires_at > now) & (links.c.purpose == purpose)
        this = update(links).where(links.c.token_digest == token_digest, unused)
        row = self._one(this.values(used_in=conversation_id).returning(*links.c))
        if row is None:
            return None
        return Link(
            row.token_digest, row.purpose, row.customer_ref, row.expires_at, row.member_id, row.proof_until
        )

    def record_code_request(self, address_digest: str, conversation_id: str, at: datetime) -> None:
        values = {"address_digest": address_digest, "conversation_id": conversation_id, "at": at}
        self._connection.execute(self._insert(code_requests).values(**values))

    def code_requests(self, *, address_digest: str, conversation_id: str, since: datetime) -> tuple[int, int]:
        for_address = self._requests(code_requests.c.address_digest == address_digest, since)
        return for_address, self._requests(code_requests.c.conversation_id == conversation_id, since)

    def forget_code_requests(self, address_digest: str) -> None:
        self._change(delete(code_requests).where(code_requests.c.address_digest == address_digest))

    def _requests(self, whose: ColumnElement[bool], since: datetime) -> int:
        recent = select(func.count()).select_from(code_requests).where(whose, code_requests.c.at >= since)
        return int(self._connection.execute(recent).scalar_one())


def _proof(row: Row[Any]) -> Proof:
    source = ProofSource(row.source)
    return Proof(row.conversation_id, row.customer_ref, source, row.proved_at, row.expires_at, row.member_id)
