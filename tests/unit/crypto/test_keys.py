from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.fernet import Fernet

from bot.crypto.keys import KeyFileError, KeyRing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where keys go, not made yet."""
    return tmp_path / "home" / "keys"


@pytest.fixture
def ring(folder: Path) -> KeyRing:
    """The key ring of a fresh installation."""
    return KeyRing(folder)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_only_their_owner_may_read_them(ring: KeyRing, folder: Path) -> None:
    """The first start makes what is missing; a second one finds the same, in 0600 files of a 0700 folder."""
    made = (ring.secret("actions"), ring.key("pages"), ring.sealing_keys())
    again = KeyRing(folder)
    assert (again.secret("actions"), again.key("pages"), again.sealing_keys()) == made
    assert _mode(folder) == 0o700
    assert {path.name: _mode(path) for path in folder.iterdir()} == {
        "actions.secret": 0o600,
        "pages.key": 0o600,
        "sealing-0001.key": 0o600,
    }


def test_keys_have_their_full_length(ring: KeyRing) -> None:
    """256 bits each; a Fernet key for sealing."""
    assert len(ring.key("pages")) == 32
    assert len(ring.secret("actions")) == 43
    Fernet(ring.sealing_keys()[0])


def test_two_names_are_two_secrets(ring: KeyRing) -> None:
    """Who learns one secret knows nothing about another."""
    assert ring.secret("actions") != ring.secret("rasa-channel")


def test_processes_that_race_for_the_first_start_agree(folder: Path) -> None:
    """Eight at once get one and the same of each, and leave no draft behind."""
    start = Barrier(8)

    def begin(_: int) -> tuple[object, ...]:
        start.wait()
        ring = KeyRing(folder)
        return ring.secret("actions"), ring.key("pages"), ring.sealing_keys()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1
    assert len(list(folder.iterdir())) == 3


def test_a_file_made_by_somebody_else_in_between_wins(
    ring: KeyRing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and making, another process may have been faster: its key is used."""
    theirs = "t" * 43
    folder.mkdir(parents=True, mode=0o700)
    (folder / "actions.secret").touch(mode=0o600)
    (folder / "actions.secret").write_text(theirs)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert ring.secret("actions") == theirs
    assert [path.name for path in folder.iterdir()] == ["actions.secret"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_may_read_is_refused(ring: KeyRing, folder: Path, mode: int) -> None:
    """The error is one line and says what to run."""
    ring.secret("actions")
    path = folder / "actions.secret"
    path.chmod(mode)
    with pytest.raises(KeyFileError) as fault:
        ring.secret("actions")
    assert str(fault.value) == f"{path} may be read by others; run: chmod 600 {path}"


def test_a_folder_that_is_open_to_others_is_refused(ring: KeyRing, folder: Path) -> None:
    """Who may write there could put a key of their own in place."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    with pytest.raises(KeyFileError, match=f"^{folder} is open to others; run: chmod 700 {folder}$"):
        ring.secret("actions")


def test_newest_of_a_series_comes_first(ring: KeyRing, folder: Path) -> None:
    """The highest number is used for new work; by number, not by spelling; other files are left alone."""
    first = ring.sealing_keys()
    for name in ("sealing-0002.key", "sealing-10000.key", "sealing-0003.key.bak", "sealing-x.key"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(name)
    assert ring.sealing_keys() == ("sealing-10000.key", "sealing-0002.key", *first)
    assert set(ring.series("sealing", "key")) == {1, 2, 10000}
    assert ring.series("other", "key") == {}


def test_a_file_is_added_once_and_removed_as_often_as_wanted(ring: KeyRing, folder: Path) -> None:
    """Whoever is second leaves the first one's file alone; what is not there can be removed too."""
    assert ring.add("receipt-0001.revoked", "first")
    assert not ring.add("receipt-0001.revoked", "second")
    assert ring.series("receipt", "revoked") == {1: "first"}
    assert _mode(folder / "receipt-0001.revoked") == 0o600
    ring.remove("receipt-0001.revoked")
    ring.remove("receipt-0001.revoked")
    assert list(folder.iterdir()) == []


def test_white_space_around_a_secret_is_none_of_it(ring: KeyRing, folder: Path) -> None:
    """Editors end files with a line break."""
    made = ring.secret("actions")
    (folder / "actions.secret").write_text(f"{made}\n")
    assert ring.secret("actions") == made


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"short", "is too short"),
        ("ü".encode() * 40, "is not plain text"),
    ],
)
def test_a_broken_secret_is_refused(ring: KeyRing, folder: Path, content: bytes, problem: str) -> None:
    """Never quietly replaced: somebody put it there."""
    ring.secret("actions")
    (folder / "actions.secret").write_bytes(content)
    with pytest.raises(KeyFileError, match=problem):
        ring.secret("actions")


@pytest.mark.parametrize("content", ["not a key", "QUJD", "A" * 44])
def test_a_broken_key_is_refused(ring: KeyRing, folder: Path, content: str) -> None:
    """A key is 32 bytes in canonical base64url."""
    ring.key("pages")
    (folder / "pages.key").write_text(content)
    with pytest.raises(KeyFileError, match="does not hold a key of 256 bits"):
        ring.key("pages")


def test_a_link_to_somewhere_else_is_not_followed(ring: KeyRing, folder: Path, tmp_path: Path) -> None:
    """A key lies in its folder, not where a link points."""
    ring.secret("rasa-channel")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("e" * 43)
    elsewhere.chmod(0o600)
    (folder / "actions.secret").symlink_to(elsewhere)
    with pytest.raises(KeyFileError, match="cannot be read"):
        ring.secret("actions")


def test_a_folder_in_place_of_a_key_is_refused(ring: KeyRing, folder: Path) -> None:
    """Docker makes a folder where a file to mount is missing."""
    (folder / "actions.secret").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    with pytest.raises(KeyFileError, match="cannot be read: Is a directory"):
        ring.secret("actions")
