"""What English sentences ask for, by their words; read by bot.understanding.sayings."""

import re

# Words that can say "end it", by their beginning.
CUE_STEMS = (
    "cancel", "cancl", "terminat", "discontinu", "deactivat", "inactivat", "disconnect", "unsubscri", "delet",
    "remov", "eras", "clos", "shut", "ditch", "scrap", "resign", "revok", "notic", "disabl",
)  # fmt: skip
CUE_WORDS = frozenset((
    "end", "ends", "ended", "ending", "stop", "stops", "stopped", "stopping", "quit", "quits", "quitting",
    "quiting",
    "drop", "dropped", "dropping", "kill", "killed", "leave", "leaving", "out", "off", "cut", "rid", "done",
    "enough",
    "finish", "finished", "finishing", "over", "opt", "axe", "gone", "withdraw", "bin",
))  # fmt: skip
CUE_PHRASES = re.compile(
    r"\b(?:don'?t|do not|not|no longer|never|without) (?:\w+ ){0,3}?"
    r"(?:want|need|renew|continu|bill|charg|member|customer|interest)\w*"
    r"|\bno (?:more|longer)\b|\bgo away\b|\bdisappear\b"
)
# A slip of the finger is still a declaration: words as near to one of these as "cancle", "cnacel",
# "teminate".
MISSPELT = ("cancel", "terminate", "delete")
_STRONGEST_CUE = r"\b(?:cancel|cancl|terminat|clos|delet|deactivat|discontinu)\w*|\b(?:end|quit)\b"
STRONG_CUE = re.compile(_STRONGEST_CUE + r"|\b(?:stop|shut|drop|leave)\b|\bno longer want\b")
ANNOUNCES = re.compile(r"\b(?:i'm|i am|im|we're|we are) (?:now )?(?:leaving|quitting)\b")
# "No, stop" and "leave it" deny.
BEYOND_DENIAL = re.compile(_STRONGEST_CUE)

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
OWN = re.compile(
    r"\b(?:subscri\w*|subs?|plans?|member\w*|contracts?|accounts?|acct|services?|polic(?:y|ies)|insurance|"
    r"cover(?:age)?|"
    r"trial|auto-?renew\w*|renew\w*|agreement|everything)\b"
)
FOREIGN = re.compile(
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
_MAILS = r"(?:e-?mails?|mails?|alerts?|texts?|notifications?|updates?)"
_NEWSLETTER = re.compile(
    r"\b(?:\w*(?:newsl|wslet|nwsle)\w*|mailing|marketing|promotion\w*|spam|digest)\b"
    rf"|\b(?:subscription|membership|account|plan) {_MAILS}\b|\b{_MAILS} (?:subscriptions?|membership|list)\b"
)
_KIN = (
    r"(?:mom|mum|mother|mommy|dad|father|parents?|grand\w+|brother|sister|daughter|son|wife|husband|partner|"
    r"kids?|child|children|friends?|girlfriend|boyfriend|aunt|uncle|boss|colleague|neighbou?r|flatmate|roommate)"
)
_OTHER_PERSON = re.compile(
    r"\b(?:remov|tak|delet|drop|get)\w* .{0,24}?\b(?:person|people|someone|somebody|dependa?nts?|users?|"
    r"seats?|"
    r"daughter|son|wife|husband|kids?|child|children|ex)\b"
    r"|\b(?:his|her|their) (?:plan|subscription|account|membership|contract)\b"
    r"|\b(?!it's|let's)\w+'s (?:plan|subscription|account|membership|appointment|meeting|booking|order)"
    rf"|\b(?:for|of|from) (?:my|our|his|her|their|a) (?:\w+ )?{_KIN}\b"
    rf"|\b(?:my|our) {_KIN}(?:'s|s'?)? (?:\w+ )?(?:plan|subscription|account|membership|contract)\b"
)
# Subscriptions that people name by their company. Who runs this for one of them takes its name out.
_OTHER_COMPANY = re.compile(
    r"\b(?:spotify|netflix|amazon|disney|hulu|hbo|paramount|peacock|apple|icloud|itunes|google|youtube|microsoft|"
    r"xbox|playstation|nintendo|adobe|dropbox|audible|kindle|tidal|deezer|soundcloud|linkedin|tinder|bumble|"
    r"duolingo|chatgpt|openai|facebook|instagram|twitter|paypal|uber|doordash|hellofresh|costco|walmart|patreon|"
    r"twitch|zoom|canva|crunchyroll|nordvpn|new york times)\b"
)
_CHANGE = re.compile(
    r"\b(?:chang|switch|upgrad|downgrad|alter|modif)\w* .{0,20}\b(?:plans?|account|subscription)\b"
    r"|\b(?:need|want|like) an?(?:other)? (?:different|cheaper|bigger|smaller|new)\b"
)
_RESERVED = re.compile(
    r"\b(?:pause|freeze|suspend|on hold|my data|personal (?:data|information)|log me out)\b"
)
KEEPS = re.compile(
    r"^(?!.*(?:\bnot|n't|\bdont|\bno longer|\bnever|\bcannot|\bwhy) (?:\w+ ){0,3}keep\b)"
    r".*\b(?:(?:keep|retain) (?:it|everything|(?:my|the|this|our) "
    r"(?:plans?|subscriptions?|membership|account|contract))\b"
    r"|leave (?:it|everything|(?:my|the|this) \w+) (?:as|alone|running|active|on|open)\b)",
    re.MULTILINE,
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?|first|last|second|third)"
_NUMBER = (
    r"(?:a|an|one|two|three|four|five|six|seven|ten|twelve|few|a few|couple|a couple of|some|several|\d+)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
# A day that cannot be kept yet. Today, the next possible one and the end of what is paid for are no such day.
LATER = re.compile(
    rf"\b(?:on|in|by|from|of|until|till|before|after|for|effective|starting|beginning|next|early|late|mid|"
    rf"end) "
    rf"(?:the )?(?:{_DAY} (?:of )?)?{_MONTH}\b"
    rf"|\b{_DAY} (?:of )?{_MONTH}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|\b(?:on|by|from|until|of) the \d{{1,2}}(?:st|nd|rd|th)\b"
    r"|\b(?!24/7)\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?\b|\b\d{4}-\d\d-\d\d\b"
    r"|\b(?:in|by|until|from|of) 20\d\d\b"
    r"|\b(?:next|following|coming) (?:week|weekend|month|quarter|year|summer|winter|spring|autumn|fall)\b"
    r"|\bend of (?:the |this )?(?:week|quarter|year|summer)\b|\btomorrow\b"
    rf"|\b(?:in|after) (?:about |another )?{_NUMBER} (?:more )?(?:days?|weeks?|months?|years?)\b"
    r"|\b(?:week|month|year)s? from (?:now|today)\b"
    rf"|\b(?:on|by|from|until|next|this|as of) {_WEEKDAY}\b"
    r"|\b(?:after|in|before|until|over) (?:the )?(?:summer|winter|spring|autumn|holidays?|christmas|"
    r"easter|new year)\b"
)
# The day something began, or is not to go on, is not the day to end it.
SINCE = re.compile(
    rf"\b(?:since|joined|signed(?: \w+){{0,2}}|bought|started|subscribed|opened|charged|billed|paid|renewed|"
    rf"renews?|charge|bill)(?: \w+){{0,3}}?(?: (?:in|on|from|since|last|next))* (?:the )?"
    rf"(?:(?:{_DAY} (?:of )?)?{_MONTH}(?: \d+)?|{_WEEKDAY}|month|year|week|20\d\d)\b"
)
ASKS = re.compile(
    r"\?|\b(?:who|whom|whose|when|where|which|how|why(?! not))\b"
    r"|(?<!\bis )(?<!'s )(?<!exactly )(?<!just )\bwhat\b"
    r"|^(?:\W|\b(?:so|and|but|ok|okay|well|yes|yeah|sure|alright|right|fine|hm+|um+|uh)\b)*"
    r"(?:is|are|am|does|did|can|could|will|would|should|may|must|has|was|were|isn't|aren't|doesn't|won't"
    r"|(?:do|have)(?= (?:i|we|you|they)\b)) (?:it|that|this|there|these|those|i|we|you|they|my|the|your)\b"
)
HOLDS = re.compile(
    r"\b(?:wait|hold on|hang on|not so fast|slow down|let me|"
    r"(?:a|one|just|another) (?:moment|second|sec|minute|min)|"
    r"think about|thinking|think first|to think|not sure|unsure|but|maybe|perhaps|later|not yet|first|before|"
    r"unless|if(?! you)|hesitat\w*|on second thoughts?|depends)\b"
    r"|(?<!why )\b(?:not(?! a problem)|don't|dont|can't|cannot|won't)\b"
)
# Said to a talking machine, "stop" is about the talking.
_BARE_STOP = re.compile(r"^\W*(?:please |just |ok )*stop(?: it| that| this| please| now)*\W*$")
NOT_REQUESTS = (
    _BARE_STOP,
    _NEGATED,
    _CONDITION,
    _QUESTION,
    _PAST,
    _NEWSLETTER,
    _OTHER_PERSON,
    _OTHER_COMPANY,
    _CHANGE,
    _RESERVED,
)
# "Stop charging my card" and "no more payments" name a card or a payment and mean the subscription.
CHARGING = re.compile(r"\b(?:charg|bill|tak)\w*|\bno more (?:payment|charge)s?\b")

# Where the account is, said along with the wish, is not what the wish is about.
WHERE = re.compile(r"(?:\b(?:my |the )?(?:e-?mail|mail)(?: address)?(?: is|:)? )?\[(?:email|code|card)\]")

SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\n+")
