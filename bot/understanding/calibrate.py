"""`.venv-rasa/bin/python -m bot.understanding.calibrate`: how often the classifier is right when it says so.

It is trained five times on four fifths of data/nlu and asked about the rest, and about each sentence of it,
but for the blocks that are `hard`: those were chosen for being misjudged. For each way a text can read (does
it say that something is to end?) a curve is fitted from what the classifier says to how often that was right
(Kull, Silva Filho and Flach, "Beyond sigmoids", 2017). Printed as the part of config.yml that the decision
goes by; the points of docs/images/reliability.png go to the file named, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import yaml  # type: ignore[import-untyped, unused-ignore]  # stubs are in the app's environment only
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion

from bot.understanding.decision import ACTING, CANCEL, Ranking, heard, likelihood
from bot.understanding.reading import sentences
from bot.understanding.sayings import plain, standard
from bot.understanding.tfidf_featurizer import vectorizers
from bot.understanding.tokenizer import words_of

ROOT = Path(__file__).resolve().parents[2]
_FOLDS = 5
_BINS = 10
#: Fewer sentences than this make no point of the diagram.
_ENOUGH = 20

# How it reads, what the classifier says, whether it was right.
Point = tuple[str, float, bool]


def examples() -> tuple[list[str], np.ndarray[Any, Any], frozenset[str]]:
    """Every training sentence once, and its intent; and which of them are `hard`.

    Those were chosen because a model misjudged them: to be learnt from, but no sample of what people write.
    """
    found: dict[str, str] = {}
    hard: set[str] = set()
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line.strip().removeprefix("- ")
                found[text] = block["intent"]
                if block.get("metadata", {}).get("hard"):
                    hard.add(text)
    return list(found), np.array(list(found.values())), frozenset(hard)


def points(
    config: dict[str, Any], texts: Sequence[str], intents: np.ndarray[Any, Any], hard: Collection[str] = ()
) -> list[Point]:
    """What the classifier says of sentences it was not trained on, but for the hard ones."""
    words = [_words(text) for text in texts]
    found: list[Point] = []
    for learn, ask in StratifiedKFold(_FOLDS, shuffle=True, random_state=7).split(words, intents):
        ask = [row for row in ask if texts[row] not in hard]  # noqa: PLW2901  # only a part of it
        union = vectorizers(config["features"])
        features = union.fit_transform([words[row] for row in learn]) * config["features"]["scale"]
        classifier = LogisticRegression(class_weight="balanced", **config["classifier"])
        classifier.fit(features, intents[learn])
        ranked = partial(_rankings, union, classifier, config["features"]["scale"])
        parts = [[" ".join(words_of(one.text)) for one in sentences(texts[row])] for row in ask]
        rankings = ranked([words[row] for row in ask])
        by_part = iter(ranked([part for several in parts for part in several]))
        for row, ranking, several in zip(ask, rankings, parts, strict=True):
            found += _points(texts[row], str(intents[row]), ranking, [next(by_part) for _ in several])
        print(f"{len(found)} points", file=sys.stderr, flush=True)  # noqa: T201  # progress
    return found


def _words(text: str) -> str:
    return " ".join(words_of(standard().unhurried(plain(text))))


def _rankings(
    union: FeatureUnion, classifier: LogisticRegression, scale: float, words: list[str]
) -> list[Ranking]:
    names = [str(name) for name in classifier.classes_]
    said = classifier.predict_proba(union.transform(words) * scale)
    return [list(zip(names, map(float, shares), strict=True)) for shares in said]


def _points(text: str, intent: str, ranking: Ranking, parts: list[Ranking]) -> list[Point]:
    """For each way that some part of a text reads, what is said of the part that most asks to cancel."""
    said: dict[str, float] = {}
    for one in heard(text, ranking, parts if len(parts) > 1 else ()):
        kind = one.reading.value
        said[kind] = max(said.get(kind, 0.0), one.said[CANCEL])
    made = [(kind, share, intent == CANCEL) for kind, share in said.items()]
    top, share = max((pair for pair in ranking if pair[0] != CANCEL), key=itemgetter(1))
    made.append(("acting" if top in ACTING else "answering", share, intent == top))
    return made


def curve(found: Sequence[Point]) -> list[float]:
    """The three numbers of the curve through a set of points."""
    said = np.clip(np.array([said for _, said, _ in found]), 1e-6, 1 - 1e-6)
    odds = np.column_stack((np.log(said), -np.log(1 - said)))
    right = np.array([was for _, _, was in found])
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(odds, right)
    return [round(float(number), 2) for number in (fitted.intercept_[0], *fitted.coef_[0])]


def reliability(found: Sequence[Point], fitted: Sequence[float]) -> list[list[float]]:
    """Points of the diagram: mean probability by the curve, share that was right, count."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for _, said, was in found:
        meant = likelihood(said, fitted)
        bins.setdefault(min(int(meant * _BINS), _BINS - 1), []).append((meant, was))
    drawn = []
    for at in sorted(at for at, found_there in bins.items() if len(found_there) >= _ENOUGH):
        count = len(bins[at])
        meant = sum(meant for meant, _ in bins[at]) / count
        drawn.append([meant, sum(was for _, was in bins[at]) / count, count])
    return drawn


def main(arguments: Sequence[str]) -> int:
    """Runs the command."""
    steps = {step["name"].rpartition(".")[2]: step for step in yaml.safe_load(
        (ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]}  # fmt: skip
    classifier = {key: value for key, value in steps["IntentClassifier"].items() if key != "name"}
    texts, intents, hard = examples()
    found = points({"features": steps["TfidfFeaturizer"], "classifier": classifier}, texts, intents, hard)
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
