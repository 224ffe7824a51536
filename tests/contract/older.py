"""Rows as an older release wrote them, into tables as they were then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table

from tests.fixtures.fakes import START


def row(table: Table, given: Mapping[str, object]) -> dict[str, object]:
    """What is given of the table's columns, and anything at all in those that need something."""
    needed = [item for item in table.columns if not item.nullable and item.name != "position"]
    there = {name: value for name, value in given.items() if name in table.columns}
    return {item.name: _anything(item) for item in needed} | there


def _anything(column: Column[Any]) -> object:
    kind = column.type.python_type
    return START if kind is datetime else kind() if kind is not str else "x"
