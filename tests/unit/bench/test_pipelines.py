"""What pipelines are put together from, and that the ones we keep are sound."""

from pathlib import Path

import pytest
import yaml

from bench.pipelines import config, megabytes, pipelines
from bench.processes import ROOT

_OURS = {
    "language": "en",
    "pipeline": [
        {"name": "bot.Tokenizer"},
        {"name": "bot.Featurizer", "scale": 3.0},
        {"name": "bot.IntentClassifier", "solver": "saga"},
        {"name": "bot.ReasonComponent"},
        {"name": "bot.DecisionComponent", "margin": 0.1},
    ],
}


def test_our_own_steps_come_from_our_configuration() -> None:
    """What is compared as ours is what config.yml has, with further features where a pipeline adds them."""
    made = config(["ours.features", {"name": "More"}, "ours.classifier"], _OURS)
    assert [step["name"] for step in made["pipeline"]] == [
        "bot.Tokenizer",
        "bot.Featurizer",
        "More",
        "bot.IntentClassifier",
        "bot.DecisionComponent",
    ]


def test_every_pipeline_ends_with_our_decision_and_finds_no_reasons() -> None:
    """The decision is the same for all; reasons are no part of the comparison."""
    made = config([{"name": "Theirs"}], _OURS)
    assert made["pipeline"] == [{"name": "Theirs"}, {"name": "bot.DecisionComponent", "margin": 0.1}]


def test_all_pipelines_fit_the_configuration_there_is() -> None:
    """Each file of bench/pipelines can be made into a configuration with config.yml as it is."""
    ours = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    made = {found.name: config(found.steps, ours) for found in pipelines()}
    assert {"stock-diet", "stock-logistic", "ours"} <= set(made)
    assert all(len(found["pipeline"]) >= 3 for found in made.values())


def test_a_step_of_ours_that_is_not_known_is_refused() -> None:
    """A slip in a pipeline's file does not silently leave a step out."""
    with pytest.raises(KeyError):
        config(["ours.everything"], _OURS)


def test_a_folder_takes_what_its_files_take(tmp_path: Path) -> None:
    """Files in folders count, too."""
    (tmp_path / "in").mkdir()
    (tmp_path / "a").write_bytes(bytes(1_500_000))
    (tmp_path / "in" / "b").write_bytes(bytes(500_000))
    assert megabytes(tmp_path) == 2.0
