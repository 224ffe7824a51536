"""What the bot understands, without talking to it: `python -m bot.understanding.parse --model FILE < lines`.

Reads a JSON object a line, {"text"}, so that a text may hold anything, line ends too. Answers each at once,
in order: {"text", "intent": {"name", "confidence"}, "ranking": [{"name", "confidence"} ...], "decision"}, and
"reasons" where the model names them. `fairwell understand` is the command for people.
"""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.understanding import logs
from bot.understanding.payload import looks_like_payload

RANKING = 5


def understood(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """Reduce what Rasa parsed to what is said about a text outside."""
    intent = parsed["intent"]
    said: dict[str, Any] = {
        "text": text,
        "intent": {"name": intent["name"], "confidence": round(float(intent["confidence"]), 4)},
        "ranking": [
            {"name": entry["name"], "confidence": round(float(entry["confidence"]), 4)}
            for entry in parsed.get("intent_ranking", [])[:RANKING]
        ],
        "decision": parsed.get("decision"),
    }
    if "reasons" in parsed:
        said["reasons"] = parsed["reasons"]
    return said


def parse_all(model: Path, texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield what the model at `model` understands of each text; a payload is not parsed."""
    import skops.io  # noqa: F401, I001, PLC0415  # before Rasa: it scans what is imported

    from rasa.core.agent import Agent  # noqa: PLC0415  # takes seconds

    agent = Agent.load(model)
    for text in texts:
        if looks_like_payload(text):
            yield understood(
                text, {"intent": {"name": "nlu_fallback", "confidence": 1.0}, "decision": "payload"}
            )
        else:
            yield understood(text, asyncio.run(agent.parse_message(text)))


def newest(models: Path) -> Path | None:
    """Return the newest model in a folder, or None."""
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def main() -> int:
    """Run the command; exit code 1 without a model."""
    parser = argparse.ArgumentParser(description='Say what the bot understands of each line {"text": …}.')
    parser.add_argument(
        "--model", type=Path, default=Path("var/models"), help="a model, or the folder of models"
    )
    options = parser.parse_args()
    model = newest(options.model) if options.model.is_dir() else options.model
    if model is None or not model.is_file():
        print(f"no model at {options.model}: train one first", file=sys.stderr)  # noqa: T201  # a command's error
        return 1
    logs.configure(logging.WARNING).serving = True
    # Its own pipe: whatever Rasa or a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in parse_all(model, (json.loads(line)["text"] for line in sys.stdin)):
        print(json.dumps(line), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
