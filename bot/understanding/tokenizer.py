"""The tokenizer of the pipeline: keeps placeholders, question marks and negations that Rasa's drops."""

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.sayings import plain, standard

_TOKEN = re.compile(r"\[\w+\]|n't\b|\w+?(?=n't\b)|\w+(?:-\w+)*(?:'(?!t\b)\w+)?|[^\w\s]")


def words_of(folded: str) -> list[str]:
    """The words and signs of a text that is folded already."""
    return _TOKEN.findall(folded)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PlainTokenizer(Tokenizer):  # type: ignore[misc]  # Rasa ships no types
    """Splits a folded text: curly and straight apostrophes, "dont" and "don't" are the same afterwards."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's settings of a tokenizer, unused here but expected by its base class."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any) -> "PlainTokenizer":
        """Build it the way Rasa's graph asks for it."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute; an empty text yields one empty token, never none."""
        text = standard().unhurried(plain(str(message.get(attribute))))
        tokens = [Token(match.group(), match.start()) for match in _TOKEN.finditer(text)]
        return tokens or [Token("", 0)]
