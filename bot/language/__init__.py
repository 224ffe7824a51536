"""Languages as such: told apart by lingua, named by Babel. What is said in them is in `bot.wording`."""

from bot.language.spoken import SpokenLanguages

__all__ = ["SpokenLanguages"]
