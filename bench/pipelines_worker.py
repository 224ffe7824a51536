"""`python -m bench.pipelines_worker train|parse FOLDER`: one pipeline in a process of Rasa's environment.

FOLDER has `config.yml` and `nlu.yml` to train with and `texts.json` to parse; the model and what was measured
go there too. Training and parsing are two processes, so that memory and start are those of a bot that runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

#: Parsed first and not timed: caches fill, TensorFlow traces.
_WARM_UP = 20


def train(folder: Path) -> dict[str, Any]:
    """Trains the pipeline; `seconds` and `processor` seconds are without the import of Rasa."""
    from rasa.model_training import train_nlu  # noqa: PLC0415  # takes seconds

    began, busy = time.monotonic(), time.process_time()
    made = train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model"
    )
    if made is None:
        raise RuntimeError("Rasa trained no model")
    took, worked = time.monotonic() - began, time.process_time() - busy
    # What an earlier pipeline of the same run embedded counts for this one, too.
    if features := sys.modules.get("bench.pipelines_features"):
        spared = features.E5Featurizer.spared
        took, worked = took + spared[0], worked + spared[1]
    return {"seconds": took, "processor": worked}


def parse(folder: Path) -> dict[str, Any]:
    """Loads the model and parses every text by itself.

    `ready` is when the first answer came, by the clock; `processor` the milliseconds a text took of it, which
    another process's work on the machine hardly changes; `megabytes` what the process holds in the end.
    """
    from rasa.core.agent import Agent  # noqa: PLC0415  # takes seconds

    from bot.understanding import logs  # noqa: PLC0415  # needs Rasa's packages

    # The sentences are not ours to keep, and writing each of them down would be timed, too.
    logs.configure(logging.WARNING).serving = True
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    agent = Agent.load(folder / "model.tar.gz")

    async def all_of_them() -> dict[str, Any]:
        await agent.parse_message("hello")
        ready = time.time()
        for text in texts[:_WARM_UP]:
            await agent.parse_message(text)
        answers, milliseconds, busy = [], [], time.process_time()
        for text in texts:
            began = time.perf_counter()
            said = await agent.parse_message(text)
            milliseconds.append(1000 * (time.perf_counter() - began))
            ranking = said.get("intent_ranking") or [said["intent"]]
            answers.append([said["intent"]["name"], ranking[0]["name"]])
        return {
            "ready": ready,
            "answers": answers,
            "milliseconds": milliseconds,
            "processor": 1000 * (time.process_time() - busy) / len(texts),
            "megabytes": _resident(),
        }

    return asyncio.run(all_of_them())


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main(arguments: list[str]) -> int:
    """Runs the command."""
    what, folder = arguments[0], Path(arguments[1])
    found = {"train": train, "parse": parse}[what](folder)
    (folder / f"{what}.json").write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    # TensorFlow's threads at exit take a while and once in a while do not end at all.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
