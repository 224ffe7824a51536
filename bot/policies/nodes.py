"""A YAML file as nodes that know where they stand, so that every fault names its line and its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml

from bot.domain.errors import FairwellError

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place. `line` counts from 1; `field` is the way to it, such as plans.pro.end."""

    line: int
    field: str
    problem: str


class PolicyFileError(FairwellError):
    """A file of policies is broken, and counts for nothing; `faults` has everything that is wrong with it."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        self.file, self.faults = file, faults
        more = f" (and {len(faults) - 1} more: fairwell policy check)" if len(faults) > 1 else ""
        super().__init__(self.lines[0] + more)

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each fault: file, line, field, and what it takes."""
        return tuple(f"{self.file}:{fault.line}: {fault.field}: {fault.problem}" for fault in self.faults)


class NodeFaultError(Exception):
    """A value can't be taken; the message says what its field takes."""


@dataclass(slots=True)
class Node:
    """One value of the file, with the way to it; faults below it are gathered in `faults`."""

    yaml: yaml.Node
    path: str
    faults: list[Fault] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        """The text of a single value, as it stands there: `no` is a word, not a truth value."""
        return str(self.yaml.value) if isinstance(self.yaml, yaml.ScalarNode) else None

    @property
    def mapping(self) -> bool:
        """Whether it has fields."""
        return isinstance(self.yaml, yaml.MappingNode)

    def fault(self, problem: str) -> None:
        """Notes what is wrong here."""
        self.faults.append(Fault(self.yaml.start_mark.line + 1, self.path or "the file", problem))

    def fields(self, problem: str) -> Iterator[tuple[str, Node]]:
        """The fields of a mapping, each name once; else the fault `problem`."""
        if not isinstance(self.yaml, yaml.MappingNode):
            self.fault(problem)
            return
        seen: set[str] = set()
        for key, value in self.yaml.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            below = Node(value, f"{self.path}.{name}" if self.path else name, self.faults)
            if name in seen:
                Node(key, below.path, self.faults).fault("comes up twice")
            else:
                yield name, below
            seen.add(name)

    def read(self, reader: Callable[[Node], _Value]) -> _Value | None:
        """What `reader` makes of it; None where that failed, with the fault noted."""
        try:
            return reader(self)
        except NodeFaultError as fault:
            given = "" if self.text is None else f", not {self.text[:60]!r}"
            self.fault(f"takes {fault}{given}")
            return None


def compose(path: Path) -> Node:
    """The whole file. Raises `PolicyFileError` where it is no YAML, and `OSError` where it can't be read."""
    raw = path.read_bytes()
    try:
        root = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise PolicyFileError(str(path), (Fault(line, "the file", "not UTF-8"),)) from fault
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
        problem = getattr(fault, "problem", None) or "holds characters that no text has"
        line = 1 if mark is None else mark.line + 1
        raise PolicyFileError(str(path), (Fault(line, "the file", f"not YAML: {problem}"),)) from fault
    if root is None:
        raise PolicyFileError(str(path), (Fault(1, "the file", "is empty"),))
    return Node(root, "")
