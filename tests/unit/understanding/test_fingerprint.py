import os
from pathlib import Path

import pytest

from bot.understanding.fingerprint import fingerprint, model_path
from bot.understanding.training import discard_old, train


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one file of each kind a model is made from."""
    for name in (
        "config.yml",
        "domain.yml",
        "requirements/rasa.txt",
        "data/nlu/cancel.yml",
        "bot/understanding/decision.py",
        "data/language/en.toml",
        "data/reasons/en.toml",
        "bot/understanding/reasons.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


def test_the_same_files_give_the_same_number(project: Path) -> None:
    """Nothing but content counts, times do not."""
    before = fingerprint(project)
    (project / "config.yml").touch()
    assert fingerprint(project) == before


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain.yml",
        "requirements/rasa.txt",
        "data/nlu/new.yml",
        "bot/understanding/decision.py",
        "data/language/en.toml",
        "data/reasons/en.toml",
        "bot/understanding/reasons.py",
    ],
)
def test_any_change_gives_another(project: Path, name: str) -> None:
    """Whatever a model is made from, changed or new, asks for another model."""
    before = fingerprint(project)
    (project / name).write_text("changed", encoding="utf-8")
    assert fingerprint(project) != before


def test_other_files_do_not_count(project: Path) -> None:
    """A note beside the data is no reason to train."""
    before = fingerprint(project)
    (project / "data" / "nlu" / "notes.md").write_text("hello", encoding="utf-8")
    (project / "bot" / "understanding" / "server.py").write_text("hello", encoding="utf-8")
    assert fingerprint(project) == before


def test_wording_of_the_app_does_not_count(project: Path) -> None:
    """A file of messages is not in the model, a file of Rasa's responses is."""
    before = fingerprint(project)
    wording = project / "data" / "responses" / "cancel.yml"
    wording.parent.mkdir()
    wording.write_text("messages:\n  cancel_done: {en: Done.}\n", encoding="utf-8")
    assert fingerprint(project) == before
    wording.write_text("version: '3.1'\nresponses:\n  utter_greet: []\n", encoding="utf-8")
    assert fingerprint(project) != before


def test_only_the_newest_models_are_kept(tmp_path: Path) -> None:
    """Old models do not fill the disk, and the one before is there to go back to."""
    made = [tmp_path / f"fairwell-{number}.tar.gz" for number in range(4)]
    for age, path in enumerate(made):
        path.touch()
        os.utime(path, (1000 + age, 1000 + age))
    assert sorted(discard_old(tmp_path, keep=2)) == made[:2]
    assert sorted(tmp_path.iterdir()) == made[2:]


def test_a_model_that_is_there_is_returned_at_once(tmp_path: Path) -> None:
    """No training, and no import of Rasa, which this environment does not even have."""
    root = Path(__file__).resolve().parents[3]
    there = model_path(root, tmp_path / "models")
    there.parent.mkdir()
    there.touch()
    assert train(tmp_path) == there
