"""The step of the pipeline that applies bot.understanding.decision to what the classifier said."""

from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.decision import Calibration, Costs, Ranking, Rules, decide
from bot.understanding.intent_classifier import SENTENCE_RANKINGS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DecisionComponent(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Replaces the intent by the one to follow; the ranking stays as the classifier gave it."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._rules = Rules(
            costs=Costs(**config["costs"]),
            calibration=Calibration(**config["calibration"]),
            margin=float(config["margin"]),
            look_alikes=float(config["look_alikes"]),
        )

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What config.yml leaves out."""
        rules = Rules()
        return {"costs": {}, "calibration": {}, "margin": rules.margin, "look_alikes": rules.look_alikes}

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any) -> "DecisionComponent":
        """Build it the way Rasa's graph asks for it."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message; record the reason beside its intent, and how likely it is right."""
        for message in messages:
            ranking = _pairs(message.get(INTENT_RANKING_KEY))
            parts = [_pairs(part) for part in message.get(SENTENCE_RANKINGS) or ()]
            decision = decide(str(message.get(TEXT) or ""), ranking, self._rules, parts)
            message.set(
                INTENT, {"name": decision.intent, "confidence": decision.likelihood}, add_to_output=True
            )
            message.set("decision", decision.why, add_to_output=True)
        return messages


def _pairs(ranking: list[dict[str, Any]] | None) -> Ranking:
    return [(str(entry["name"]), float(entry["confidence"])) for entry in ranking or ()]
