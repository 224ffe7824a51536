"""Refuses modules and functions that have grown too long to be read in one go.

Run as `python tools/check_size.py FOLDER...`; prints a line for each that is too long and then exits with 1.
A function's docstring does not count: explaining it should never be what makes it too long.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 250
FUNCTION_LINES = 40
# The widget's sources as well, whose functions only their reader counts.
KINDS = ("*.py", "*.ts")
# A migration is a list of statements, read once; cutting it up would only hide the order.
EXEMPT = ("migrations/versions/",)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main(folders: list[str]) -> int:
    """Check every module below the folders; 1 if any is too long, else 0."""
    complaints = [
        complaint
        for folder in folders
        for kind in KINDS
        for path in sorted(Path(folder).rglob(kind))
        if not any(part in path.as_posix() for part in EXEMPT)
        for complaint in check(path)
    ]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def check(path: Path) -> Iterator[str]:
    """What is too long in one module, as `path:line: complaint`."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{path}:1: module has {lines} lines, more than {MODULE_LINES}"
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(text, filename=str(path))):
        if isinstance(node, Function) and (length := _length(node)) > FUNCTION_LINES:
            yield f"{path}:{node.lineno}: {node.name}() has {length} lines, more than {FUNCTION_LINES}"


def _length(function: Function) -> int:
    length = _end(function) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        length -= _end(function.body[0]) - function.body[0].lineno + 1
    return length


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
