"""What a trained model was made from, as one number. Standard library only, so that asking costs no Rasa import."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

_FILES = ("config.yml", "domain.yml", "requirements/rasa.txt")
_TREES = ("data/**/*.yml", "bot/understanding/*.py")


def _sources(root: Path) -> Iterator[Path]:
    for name in _FILES:
        path = root / name
        if path.is_file():
            yield path
    for pattern in _TREES:
        yield from sorted(root.glob(pattern))


def fingerprint(root: Path) -> str:
    """Return the SHA-256 (hex) of everything that decides what a model of the project at `root` would be."""
    digest = hashlib.sha256()
    for path in _sources(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def model_path(root: Path, models: Path) -> Path:
    """Return where the model of the project at `root` belongs in the folder `models`, be it there or not."""
    return models / f"fairwell-{fingerprint(root)[:12]}.tar.gz"
