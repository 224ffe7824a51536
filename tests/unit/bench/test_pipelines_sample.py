"""The sample that pipelines are trained on."""

from pathlib import Path

import yaml

from bench.pipelines_sample import sample, strata, written

_MANY = {
    ("cancel", "en"): [f"cancel it {number}" for number in range(200)],
    ("cancel", "de"): [f"bitte kündigen {number}" for number in range(100)],
    ("greet", "en"): ["hello", "hi", "hey"],
}


def test_strata_are_intents_and_languages_with_each_sentence_once(tmp_path: Path) -> None:
    """Languages are told apart by their blocks; where none is named it is English."""
    (tmp_path / "greet.yml").write_text(
        'version: "3.1"\n'
        "nlu:\n"
        "  - intent: greet\n    examples: |\n      - hello\n      - hello\n      - hi - there\n"
        "  - intent: greet\n    metadata: {language: de}\n    examples: |\n      - hallo\n",
        encoding="utf-8",
    )
    assert strata(tmp_path) == {("greet", "en"): ["hello", "hi - there"], ("greet", "de"): ["hallo"]}


def test_a_sample_is_in_proportion_and_leaves_no_intent_out() -> None:
    """A third of everything is a third of each, but never too few to learn from."""
    taken = sample(_MANY, 101)
    assert {key: len(texts) for key, texts in taken.items()} == {
        ("cancel", "en"): 67,
        ("cancel", "de"): 33,
        ("greet", "en"): 3,
    }


def test_a_sample_is_the_same_each_time() -> None:
    """Every pipeline learns from the same sentences."""
    assert sample(_MANY, 50) == sample(dict(reversed(_MANY.items())), 50)


def test_a_sample_of_more_than_there_are_is_everything() -> None:
    """Nothing is taken twice."""
    assert sample(_MANY, 10_000) == _MANY


def test_what_is_written_can_be_read_again(tmp_path: Path) -> None:
    """Rasa's YAML has one block for an intent, with the sentences as they were."""
    taken = {("greet", "en"): ["hello: you", 'say "hi" #1'], ("greet", "de"): ["grüß Gott"]}
    (tmp_path / "nlu.yml").write_text(written(taken), encoding="utf-8")
    (block,) = yaml.safe_load((tmp_path / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    assert block["intent"] == "greet"
    assert block["examples"].splitlines() == ["- grüß Gott", "- hello: you", '- say "hi" #1']
