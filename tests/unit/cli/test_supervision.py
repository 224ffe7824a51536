"""What supervisord is told, and what is added to it."""

from __future__ import annotations

import configparser
import shlex
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from bot.settings import Settings
from cli import supervision, watch
from cli.places import rasa_python, run_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an installation in a folder whose name is awkward in a configuration file."""
    return Settings(home=tmp_path / "50% of it's here", database_url="postgresql://me:hush@db/fairwell")


@pytest.fixture
def parsed(settings: Settings) -> configparser.RawConfigParser:
    """The configuration as written."""
    run = run_folder(settings.home)
    supervision.write_config(run, supervision.programs(settings))
    read = configparser.RawConfigParser()
    read.read(run.config)
    return read


def test_the_configuration_is_its_owners_and_holds_no_secret(settings: Settings) -> None:
    """0600 in a 0700 folder, even over an older file that was open."""
    run = run_folder(settings.home)
    run.config.touch(mode=0o644)
    supervision.write_config(run, supervision.programs(settings))
    assert stat.S_IMODE(run.config.stat().st_mode) == 0o600
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700
    assert "hush" not in run.config.read_text(encoding="utf-8")


def test_supervisord_reads_it(
    settings: Settings, parsed: configparser.RawConfigParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Supervisord itself understands it, awkward paths included."""
    assert set(parsed.sections()) == {"supervisord", "program:app", "program:rasa"}
    monkeypatch.chdir(settings.home / "run")
    options = ServerOptions()
    options.realize(["-c", str(run_folder(settings.home).config)])
    found = {group.name: group.process_configs[0] for group in options.process_group_configs}
    assert found["app"].stdout_logfile == "app.log"
    assert shlex.split(found["rasa"].command)[0] == str(rasa_python())
    assert Path(shlex.split(found["rasa"].command)[-1]).parent == settings.home / "models"
    for config in found.values():
        assert config.stopsignal == signal.SIGTERM
        assert config.stopasgroup
        assert config.killasgroup
        assert config.redirect_stderr
        assert config.startretries > watch.LONGEST_WAIT


def test_the_app_starts_last_and_stops_first(settings: Settings) -> None:
    """Turns under way still find Rasa."""
    rasa, app = supervision.programs(settings)
    assert app.priority > rasa.priority


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1:8056", "http://127.0.0.1:8056/webhook"),
        ("0.0.0.0:8056", "http://127.0.0.1:8056/webhook"),
        ("[::]:8056", "http://[::1]:8056/webhook"),
    ],
)
def test_the_environment_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bind: str, url: str
) -> None:
    """Secrets travel by environment; the address for actions is one that can be called; bytecode is kept."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("KEPT", "yes")
    handed = supervision.environment(Settings(home=tmp_path, actions_bind=bind), "r-secret", "a-secret")
    assert handed["FAIRWELL_ACTIONS_URL"] == url
    assert (handed["FAIRWELL_RASA_SECRET"], handed["FAIRWELL_ACTIONS_SECRET"]) == ("r-secret", "a-secret")
    assert handed["FAIRWELL_HOME"] == str(tmp_path)
    assert handed["KEPT"] == "yes"
    assert "PYTHONDONTWRITEBYTECODE" not in handed


@dataclass
class _Config:
    stdout_logfile: str
    name: str = "rasa"


@dataclass
class _Process:
    config: watch.ProcessConfig
    backoff: int = 1
    delay: float = 1001.0
    laststop: float = 1000.0


@dataclass
class _Event:
    process: watch.Process


def _event(log: Path, backoff: int = 1, delay: float = 1001.0) -> _Event:
    return _Event(_Process(_Config(str(log)), backoff, delay))


def test_a_failing_program_is_tried_for_ever(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The wait grows to its limit and no further, so that supervisord never gives up; the log shows why."""
    log = tmp_path / "rasa.log"
    log.write_text("".join(f"line {n}\n\n" for n in range(2000)), encoding="utf-8")
    event = _event(log, backoff=3, delay=1003.0)
    watch.on_failed_start(event)
    assert (event.process.backoff, event.process.delay) == (3, 1003.0)
    assert capsys.readouterr().out.splitlines()[1:] == [f"  rasa | line {n}" for n in range(1995, 2000)]

    event = _event(log, backoff=500, delay=1500.0)
    watch.on_failed_start(event)
    assert event.process.backoff == watch.LONGEST_WAIT
    assert event.process.delay <= 1000.0 + watch.LONGEST_WAIT + 1


def test_a_log_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that never wrote a line is reported all the same."""
    watch.on_failed_start(_event(tmp_path / "none.log"))
    assert "trying again in 1 s" in capsys.readouterr().out
    watch.on_exit(_event(tmp_path / "none.log"))
    said = capsys.readouterr().out
    assert said == f"rasa stopped unexpectedly; starting it again. Its log: {tmp_path / 'none.log'}\n"


def test_the_log_of_what_stopped_late(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A start that failed only after supervisord took it for running says why all the same."""
    log = tmp_path / "rasa.log"
    log.write_text("port 5005 is in use\n", encoding="utf-8")
    watch.on_exit(_event(log))
    assert capsys.readouterr().out.splitlines()[1:] == ["  rasa | port 5005 is in use"]


def test_a_watch_whose_parent_is_gone_does_not_start(tmp_path: Path) -> None:
    """Asked to outlive nobody, it ends at once."""
    command = [sys.executable, "-m", "cli.watch", str(tmp_path), "1"]
    assert subprocess.run(command, check=False).returncode == 0
