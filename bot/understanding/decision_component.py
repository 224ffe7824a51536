"""The step of the pipeline that applies bot.understanding.decision to what the classifier said."""

from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.decision import FALLBACK, Rules, decide


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DecisionComponent(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Replaces the intent by `nlu_fallback` where acting would be a guess; the ranking stays as it was."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._rules = Rules(
            acting={str(name): float(least) for name, least in config["acting"].items()},
            margin=float(config["margin"]),
            threshold=float(config["threshold"]),
            rescue=float(config["rescue"]),
        )

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The rules as code has them, for what config.yml leaves out."""
        rules = Rules()
        return {
            "acting": dict(rules.acting),
            "margin": rules.margin,
            "threshold": rules.threshold,
            "rescue": rules.rescue,
        }

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any) -> "DecisionComponent":
        """Build it the way Rasa's graph asks for it."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message and record the decision beside its intent."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            pairs = [(str(entry["name"]), float(entry["confidence"])) for entry in ranking]
            decision = decide(str(message.get(TEXT) or ""), pairs, self._rules)
            if decision.intent == FALLBACK and message.get(INTENT, {}).get("name") != FALLBACK:
                confidence = 1.0 - (pairs[0][1] if pairs else 0.0)
                message.set(INTENT, {"name": FALLBACK, "confidence": confidence}, add_to_output=True)
            message.set("decision", decision.why, add_to_output=True)
        return messages
