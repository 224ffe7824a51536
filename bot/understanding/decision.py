"""When an understood intent is acted on, and when the customer is asked instead.

A classifier always names something. Some intents change something at once, and for them its word is not
enough: to cancel, the text itself must say so too, in a sentence that is no question, condition or negation
and is not about something else.
Everything here is pure and needs the standard library only.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

FALLBACK = "nlu_fallback"

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})

# Words that can say "end it", by their beginning.
_CUE_STEMS = (
    "cancel", "cancl", "terminat", "discontinu", "deactivat", "inactivat", "disconnect", "unsubscri", "delet",
    "remov", "eras", "clos", "shut", "ditch", "scrap", "resign", "revok", "notic", "disabl",
)  # fmt: skip
_CUE_WORDS = frozenset((
    "end", "ends", "ended", "ending", "stop", "stops", "stopped", "stopping", "quit", "quits", "quitting",
    "quiting",
    "drop", "dropped", "dropping", "kill", "killed", "leave", "leaving", "out", "off", "cut", "rid", "done",
    "enough",
    "finish", "finished", "finishing", "over", "opt", "axe", "gone", "withdraw", "bin",
))  # fmt: skip
_CUE_PHRASES = re.compile(
    r"\b(?:don'?t|do not|not|no longer|never|without) (?:\w+ ){0,3}?"
    r"(?:want|need|renew|continu|bill|charg|member|customer|interest)\w*"
    r"|\bno (?:more|longer)\b|\bgo away\b|\bdisappear\b"
)
# A slip of the finger is still a declaration: words as near to one of these as "cancle", "cnacel",
# "teminate".
_MISSPELT = ("cancel", "terminate", "delete")
_STRONG_CUE = re.compile(
    r"\b(?:cancel|cancl|terminat|clos|delet|deactivat|discontinu)\w*|\b(?:end|stop|quit|shut|drop|leave)\b"
    r"|\bno longer want\b"
)

# One sentence each of these turns from a request into something else.
_ENDING = r"(?:cancel|cancl|terminat|clos|delet|deactivat|discontinu|end\b|ending|stop|quit|leav)"
_FILLERS = (
    r"(?:want|wanna|wants|wanted|wish|like|need|needed|necessary|intend|intention|planning|mean|going|gonna|"
    r"trying|"
    r"try|ask|asked|asking|say|said|tell|told|have|be|been|here|to|of|for|you|me|i|please|that|ever|just|"
    r"even|really|"
    r"yet|should|sure|about|anyone|anything|no|there|is|anybody|now)"
)
_NEGATED = re.compile(
    r"\b(?:do not|don'?t|did not|didn'?t|never|not|won'?t|wouldn'?t|shouldn'?t|mustn'?t|cannot|can'?t|no|"
    r"isn'?t|"
    rf"nobody|without)(?: {_FILLERS}){{0,5}} (?:the |a |any |my )?{_ENDING}"
)
_CONDITION = re.compile(
    r"\b(?:unless|otherwise|or else|once more|one more|next time|some ?day|one day|maybe|perhaps|tempted|"
    r"considering|"
    r"thinking (?:of|about)|thought about|whether|was going to|wanted to|would if|not sure|should i)\b"
    r"|\b(?:i|we) (?:may|might|could)\b|\b(?:i'm|i am|im|almost) (?:\w+ )?(?:about|close|"
    r"ready) to\b(?!.*\bplease\b)"
    r"|\bor (?:i|we)(?:'ll|'m|'re| will| am| are|\b)"
    r"|\bif\b(?! (?:possible|you (?:can|could|please|would|don't mind)|that|that's|it'?s (?:ok|okay|"
    r"possible)|so\b))"
)
_QUESTION = re.compile(
    r"\bhow (?:do|does|can|to|would|should|could|much|long|soon|easy|quick)\b"
    r"|\bwhat (?:happens|would happen|if|are the|is the|does|do i|would)\b|\bwhat's the\b"
    r"|\b(?:where|when|why|until when|by when)\b.{0,12}"
    r"\b(?:do|can|must|should|would|are|did|does|was|were|has)\b"
    r"|\b(?:cancel\w*|terminat\w*|exit|withdraw\w*|early|leaving|ending|closing)\b.{0,12}\b(?:fees?|"
    r"charges?|costs?)\b"
    r"|\b(?:fees?|charges?) (?:for|if|when)\b|\bpenalt\w*|\b(?:refund|cancellation) policy\b|"
    r"\bnotice period\b"
    r"|^\W*(?:so |and |well |hi |hey |hello )*(?:is|are|do|does|did|has|have|was|were) "
    r"(?:it|that|my|the|this|there|i|we|you (?:offer|allow|cancelled|canceled)|cancell?ing)\b"
)
_PAST = re.compile(
    r"\b(?:i|we|he|she|they|wife|husband|friend)(?:'ve| have| had| has)? (?:already |just )?"
    r"(?:cancell?ed|ended|closed|terminated|deleted|asked to|tried to|thought)\b"
    r"|\b(?:was|were|has been|have been|got|been) (?:cancell?ed|ended|closed|terminated|deleted)\b"
    r"|\bremind\w*\b"
)
_OWN = re.compile(
    r"\b(?:subscri\w*|subs?|plans?|member\w*|contracts?|accounts?|acct|services?|polic(?:y|ies)|insurance|"
    r"cover(?:age)?|"
    r"trial|auto-?renew\w*|renew\w*|agreement|everything)\b"
)
_FOREIGN = re.compile(
    r"\b(?:orders?|purchases?|items?|basket|deliver\w*|parcels?|packages?|shipments?|returns?|appointments?|"
    r"bookings?|"
    r"reservations?|tables?|rooms?|hotels?|meetings?|alarms?|timers?|reminders?|flights?|tickets?|trains?|"
    r"cards?|"
    r"transfers?|transactions?|payments?|cheques?|checks?|standing orders?|direct debits?|wires?|loans?|"
    r"mortgages?|"
    r"add-?ons?|auto ?pay\w*|automatic|"
    r"taxis?|cabs?|rides?|trips?|class(?:es)?|lessons?|events?|part(?:y|ies)|invitations?|calls?|"
    r"callback|"
    r"interviews?|songs?|music|downloads?|uploads?|updates?|prescriptions?|visits?|surveys?|pizza|concert|"
    r"rental|show|"
    r"withdrawals?|deposits?|top-?ups?|bids?|votes?|messages?|lights?|talking|asking|texting|session|"
    r"bluetooth|wifi|"
    r"e-?mails?|mails?|texts|notifications?|ads|door|garage|story)\b"
)
_NEWSLETTER = re.compile(r"\b(?:\w*(?:newsl|wslet|nwsle)\w*|mailing|marketing|promotion\w*|spam|digest)\b")
_OTHER_PERSON = re.compile(
    r"\b(?:remov|tak|delet|drop|get)\w* .{0,24}?\b(?:person|people|someone|somebody|dependa?nts?|users?|"
    r"seats?|"
    r"daughter|son|wife|husband|kids?|child|children|ex)\b"
    r"|\b(?:his|her|their) (?:plan|subscription|account|membership|contract)\b"
    r"|\b(?!it's|let's)\w+'s (?:plan|subscription|account|membership|appointment|meeting|booking|order)"
)
_CHANGE = re.compile(
    r"\b(?:chang|switch|upgrad|downgrad|alter|modif)\w* .{0,20}\b(?:plans?|account|subscription)\b"
    r"|\b(?:need|want|like) an?(?:other)? (?:different|cheaper|bigger|smaller|new)\b"
)
_RESERVED = re.compile(
    r"\b(?:pause|freeze|suspend|on hold|my data|personal (?:data|information)|log me out)\b"
)
# Said to a talking machine, "stop" is about the talking.
_BARE_STOP = re.compile(r"^\W*(?:please |just |ok )*stop(?: it| that| this| please| now)*\W*$")
_NOT_REQUESTS = (
    _BARE_STOP,
    _NEGATED,
    _CONDITION,
    _QUESTION,
    _PAST,
    _NEWSLETTER,
    _OTHER_PERSON,
    _CHANGE,
    _RESERVED,
)
# "Stop charging my card" and "no more payments" name a card or a payment and mean the subscription.
_CHARGING = re.compile(r"\b(?:charg|bill|tak)\w*|\bno more (?:payment|charge)s?\b")

# Answers that are better than the clarifying question even where the words could also ask to cancel.
_KEPT = frozenset((
    "cancel_other", "unsubscribe", "extraordinary_termination", "delete_data", "export_data",
    "resend_receipt",
    "ask_status", "ask_how_to_cancel", "ask_end_date", "ask_charges", "talk_to_human", "log_out",
    "withdraw", "pause",
    "deny", "lost_mailbox", "come_back",
))  # fmt: skip

# Where the account is, said along with the wish, is not what the wish is about.
_WHERE = re.compile(r"(?:\b(?:my |the )?(?:e-?mail|mail)(?: address)?(?: is|:)? )?\[(?:email|code|card)\]")

_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\n+")


@dataclass(frozen=True)
class Rules:
    """What it takes to act, set in config.yml.

    `acting` maps an intent that acts at once to the least confidence it needs (0 to 1); `margin` is the
    least lead of an acting intent over the next one; `threshold` the least confidence of every other intent;
    `rescue` the confidence from which an unheard request to cancel turns another answer
    into the clarifying question.
    """

    acting: Mapping[str, float] = field(default_factory=lambda: {"cancel": 0.35, "undo_cancel": 0.4})
    margin: float = 0.08
    threshold: float = 0.3
    rescue: float = 0.005


@dataclass(frozen=True)
class Decision:
    """What was decided: the intent to follow, and in one word why."""

    intent: str
    why: str


def plain(text: str) -> str:
    """Fold a text for comparing: compatibility forms, straight apostrophes, small letters, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return re.sub(r"[^\S\n]+", " ", folded).strip()


def _is_cue(word: str) -> bool:
    if word in _CUE_WORDS or word.startswith(_CUE_STEMS):
        return True
    return len(word) >= 5 and any(
        SequenceMatcher(None, word[: len(cue) + 1], cue).ratio() >= 0.8 for cue in _MISSPELT
    )


def says_end(text: str) -> bool:
    """Whether some word of a plain text can mean "end it" at all."""
    return bool(_CUE_PHRASES.search(text)) or any(_is_cue(word) for word in re.findall(r"\w+", text))


def _requests(text: str) -> list[str]:
    """The sentences of a text that are no question, condition, negation, report, nor about something else."""
    return [
        sentence
        for sentence in _SENTENCE.split(_WHERE.sub("", plain(text)))
        if not any(pattern.search(sentence) for pattern in _NOT_REQUESTS)
        and (not _FOREIGN.search(sentence) or _OWN.search(sentence) or _CHARGING.search(sentence))
    ]


def requests_end(text: str) -> bool:
    """Whether a text without its questions, conditions and negations still says that something is to end."""
    return any(says_end(sentence) for sentence in _requests(text))


def _act(name: str, text: str, ranking: Sequence[tuple[str, float]], rules: Rules) -> Decision:
    confidence = ranking[0][1]
    if confidence < rules.acting[name]:
        return Decision(FALLBACK, "low")
    if len(ranking) > 1 and confidence - ranking[1][1] < rules.margin:
        return Decision(FALLBACK, "split")
    if name == "cancel" and not requests_end(text):
        return Decision(FALLBACK, "unsaid")
    return Decision(name, "clear")


def decide(text: str, ranking: Sequence[tuple[str, float]], rules: Rules) -> Decision:
    """Choose the intent to follow from the classifier's ranking of a text: best first, confidence 0 to 1."""
    if not ranking:
        return Decision(FALLBACK, "nothing")
    name, confidence = ranking[0]
    if name in rules.acting:
        return _act(name, text, ranking, rules)
    if confidence < rules.threshold:
        return Decision(FALLBACK, "low")
    unheard = name not in _KEPT and dict(ranking).get("cancel", 0.0) >= rules.rescue
    if unheard and any(_STRONG_CUE.search(sentence) for sentence in _requests(text)):
        return Decision(FALLBACK, "split")
    return Decision(name, "clear")
