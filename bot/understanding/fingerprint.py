"""What a trained model was made from, as one number. Standard library only: asking imports no Rasa."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

# The parts of the pipeline that are ours. What else runs inside Rasa is not part of a model.
_FILES = (
    "config.yml",
    "domain.yml",
    "requirements/rasa.txt",
    "bot/understanding/decision.py",
    "bot/understanding/decision_component.py",
    "bot/understanding/intent_classifier.py",
    "bot/understanding/language.py",
    "bot/understanding/linear.py",
    "bot/understanding/patterns.py",
    "bot/understanding/reading.py",
    "bot/understanding/reason_component.py",
    "bot/understanding/reasons.py",
    "bot/understanding/sayings.py",
    "bot/understanding/spelling.py",
    "bot/understanding/tfidf_featurizer.py",
    "bot/understanding/tokenizer.py",
    "bot/understanding/trained.py",
)
_DATA = ("nlu", "rules", "stories", "responses", "language", "reasons")
_KIND = {"language": "*.toml", "reasons": "*.toml"}
# Rasa puts responses into the model; the wording of the app's own messages is none of its business.
_RESPONSES = re.compile(rb"^responses:", re.MULTILINE)


def _sources(root: Path) -> Iterator[tuple[str, bytes]]:
    for name in _FILES:
        path = root / name
        if path.is_file():
            yield name, path.read_bytes()
    for folder in _DATA:
        for path in sorted((root / "data" / folder).rglob(_KIND.get(folder, "*.yml"))):
            content = path.read_bytes()
            if folder != "responses" or _RESPONSES.search(content):
                yield path.relative_to(root).as_posix(), content


def fingerprint(root: Path) -> str:
    """Return the SHA-256 (hex) of everything that decides what a model of the project at `root` would be."""
    digest = hashlib.sha256()
    for name, content in _sources(root):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def model_path(root: Path, models: Path) -> Path:
    """Return where the model of the project at `root` belongs in the folder `models`, be it there or not."""
    return models / f"fairwell-{fingerprint(root)[:12]}.tar.gz"
