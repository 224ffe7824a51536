"""`.venv-rasa/bin/python -m bot.understanding.calibrate`: how often the classifier is right when it says so.

It is trained five times on four fifths of data/nlu and asked about the rest. For each way a text can read
(does it say that something is to end?) a curve is fitted from what the classifier says to how often that was
right (Platt, "Probabilistic Outputs for Support Vector Machines", 1999). Printed as the part of config.yml
that the decision goes by; the points of docs/images/reliability.png go to the file named, as JSON.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml  # type: ignore[import-untyped, unused-ignore]  # stubs are in the app's environment only
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.understanding.decision import ACTING, CANCEL, likelihood
from bot.understanding.sayings import Reading, standard
from bot.understanding.tfidf_featurizer import vectorizers
from bot.understanding.tokenizer import PlainTokenizer

ROOT = Path(__file__).resolve().parents[2]
_FOLDS = 5
_BINS = 10
#: Fewer sentences than this make no point of the diagram.
_ENOUGH = 20
#: Look-alikes ("cancel my order") were written on purpose and are as many as requests in data/nlu. Where
#: customers come to cancel they are rare: each is taken for a tenth of one. An assumption, not a measurement.
_LOOK_ALIKES = 0.1

# How it reads, what the classifier says, whether it was right.
Point = tuple[str, float, bool]


def examples() -> tuple[list[str], np.ndarray[Any, Any]]:
    """Every training sentence once, and its intent."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                found[line.strip().removeprefix("- ")] = block["intent"]
    return list(found), np.array(list(found.values()))


def points(config: dict[str, Any], texts: Sequence[str], intents: np.ndarray[Any, Any]) -> list[Point]:
    """What the classifier says of sentences it was not trained on."""
    tokenizer = PlainTokenizer(PlainTokenizer.get_default_config())
    words = [
        " ".join(token.text for token in tokenizer.tokenize(Message({TEXT: text}), TEXT)) for text in texts
    ]
    found: list[Point] = []
    for learn, ask in StratifiedKFold(_FOLDS, shuffle=True, random_state=7).split(words, intents):
        union = vectorizers(config["features"])
        features = union.fit_transform([words[row] for row in learn]) * config["features"]["scale"]
        classifier = LogisticRegression(class_weight="balanced", **config["classifier"])
        classifier.fit(features, intents[learn])
        said = classifier.predict_proba(
            union.transform([words[row] for row in ask]) * config["features"]["scale"]
        )
        names = list(classifier.classes_)
        for row, shares in zip(ask, said, strict=True):
            found += _points(texts[row], str(intents[row]), dict(zip(names, map(float, shares), strict=True)))
        print(f"{len(found)} points", file=sys.stderr, flush=True)  # noqa: T201  # progress
    return found


def _points(text: str, intent: str, said: dict[str, float]) -> list[Point]:
    made = [(standard().reading(text).value, said[CANCEL], intent == CANCEL)]
    top = max((name for name in said if name != CANCEL), key=said.__getitem__)
    made.append(("acting" if top in ACTING else "answering", said[top], intent == top))
    return made


def curve(found: Sequence[Point]) -> list[float]:
    """The two numbers of the logistic curve through a set of points."""
    odds = np.array([[_logit(said)] for _, said, _ in found])
    right = np.array([was for _, _, was in found])
    weights = [_weight(kind, right=was) for kind, _, was in found]
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(odds, right, weights)
    return [round(float(fitted.intercept_[0]), 2), round(float(fitted.coef_[0][0]), 2)]


def _weight(kind: str, *, right: bool) -> float:
    return 1.0 if right or kind not in {Reading.PLAIN, Reading.REQUEST} else _LOOK_ALIKES


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def reliability(found: Sequence[Point], fitted: Sequence[float]) -> list[list[float]]:
    """Points of the diagram: mean probability by the curve, share that was right, count."""
    bins: dict[int, list[tuple[float, float, bool]]] = {}
    for kind, said, was in found:
        meant = likelihood(said, fitted)
        bins.setdefault(min(int(meant * _BINS), _BINS - 1), []).append((_weight(kind, right=was), meant, was))
    drawn = []
    for at in sorted(at for at, found_there in bins.items() if len(found_there) >= _ENOUGH):
        weight = sum(weight for weight, _, _ in bins[at])
        meant = sum(weight * meant for weight, meant, _ in bins[at]) / weight
        right = sum(weight for weight, _, was in bins[at] if was) / weight
        drawn.append([meant, right, len(bins[at])])
    return drawn


def main(arguments: Sequence[str]) -> int:
    """Runs the command."""
    steps = {step["name"].rpartition(".")[2]: step for step in yaml.safe_load(
        (ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]}  # fmt: skip
    classifier = {key: value for key, value in steps["IntentClassifier"].items() if key != "name"}
    texts, intents = examples()
    found = points({"features": steps["TfidfFeaturizer"], "classifier": classifier}, texts, intents)
    curves, drawn = {}, {}
    for kind in sorted({point[0] for point in found}):
        own = [point for point in found if point[0] == kind]
        curves[kind] = curve(own)
        drawn[kind] = reliability(own, curves[kind])
    print(yaml.safe_dump({"calibration": curves}, default_flow_style=None))  # noqa: T201  # a command's output
    for path in arguments:
        Path(path).write_text(json.dumps(drawn), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
