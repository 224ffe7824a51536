"""The words by which a sentence names plans to end or to keep, in English and German; for bot.domain.choices.

They stand in Python and not in data/language/ because the domain reads no files.
"""

from __future__ import annotations

import re

NO = r"(?:do not|don'?t|does not|doesn'?t|did not|didn'?t|no longer|never|not|nicht|kein\w*)"
STOP = (
    r"(?:cancel(?:l?ing|l?ed|lation(?: of)?)?|end|stop|terminate|close|drop|quit|remove|delete|kill|rid of"
    r"|out of|done with|unsubscribe(?: me)? from|discontinue"
    r"|k(?:ü|ue|u)ndig\w*|beend\w*|l[öo]sch\w*|stornier\w*"
    r"|cancel[nt]|(?:auf|ab)(?:l[öo]s|meld|bestell)\w*|l[öo]sen?|meld\w*(?=.*\bvon\b)|raus aus|trenn\w*)"
)
WISH = r"(?:want|need|use|like|wish|require|renew|brauch\w*|will|möchte|nutz\w*)"
KEEP = (
    r"(?:keep|keeping|leave|spare|retain|continue|stay(?: on| with)?|like|love|use|using|need|want|happy with"
    r"|(?:switch|chang|mov|downgrad|upgrad|go back)\w*(?: \w+){0,2} to|behalt\w*|lass\w*|bleib\w*"
    r"|will|möchte|hätte|brauch\w*|nutz\w*|mag|(?:wechs\w*|umstell\w*|stell\w*)(?: \w+){0,3} (?:auf|zu|in))"
)
EXCEPT = (
    r"(?:but(?: not)?|except(?: for)?|besides|apart from|other than|without|instead of|not"
    r"|nicht|außer|ohne|(?:an)?statt|anstelle(?: von)?|bis auf|ausgenommen)"
)
EXCEPT_RIGHT_BEFORE = re.compile(
    r"\b(?:(?:an)?statt|anstelle(?: von)?|außer|bis auf|ohne)(?: (?:dem|den|das|die|mein\w*))? $"
)
# Somebody who takes something back names it as plainly as somebody who ends it.
UNDO = r"(?:undo|resume|restore|reactivate|reinstate|bring back|take back)"
# In order: an undoing of the wish to end, a wish to end, a wish to keep, an exception.
DIRECTIONS = re.compile(
    rf"\b(?:(?P<spare>{NO} (?:\w+ ){{0,3}}?{STOP})"
    rf"|(?P<end>{NO} (?:\w+ )?{WISH}(?: to (?:keep|have|use|renew|pay for))?(?: any ?more)?"
    rf"|{STOP}|{UNDO}|sondern(?: nur)?)"
    rf"|(?P<unsure>{NO} (?:\w+ )?{KEEP})|(?P<keep>{KEEP})|(?P<but>{EXCEPT}))\b"
)
# What may stand between such a word and a plan's name, or around a name that stands alone.
FILLER = re.compile(
    r"\b(?:my|the|our|this|that|these|those|a|an|of|from|for|on|to|me|i|it'?s|two|three|four|please|pls|just"
    r"|only|also|too|yes|no|both|all|sorry|actually|now|ok|okay|and|or|plus|plans?|subscriptions?|subs?|ones?"
    r"|memberships?|accounts?|tiers?|would|like|want|mean|meant|mein\w*|das|den|die|der|nur|bitte|ja|und|oder"
    r"|abos?|abonnements?|tarif|charging|billing|paying|sie|ihr|ich|mir|mich|will|möchte|würde|gern|gerne|soll"
    r"|sollen|muss|kann|brauche|nutze|vertrag|mitgliedschaft|paket|sowie|dem|vom|von|auch|unser\w*|hiermit|jetzt"
    r"|heute|sofort|einfach|sondern|werden|beide|alle|noch)\b|[\s,&+/.!?:;\"'-]"
)
NOUN_AFTER = re.compile(
    r"[\s-]*(?:plan|subscription|sub|one|membership|account|tier|abos?|abonnement|tarif|vertrag"
    r"|mitgliedschaft|paket|zugang|version|konto)\b"
)
STAYS_AFTER = re.compile(
    r"\s*(?:(?:please|bitte|soll|kann|darf|will ich|möchte ich|würde ich(?: gerne?)?) )*"
    r"(?:stays?|should stay|can stay|goes on|continues?|behalt\w*|bleib\w*|l[äa]uft weiter|weiterlaufen"
    r"|laufen|nicht(?! (?:mehr|länger)\b)(?=$|[.,;!?]| k(?:ü|ue|u)ndig\w*| beend\w*))"
)
ENDS_AFTER = re.compile(
    r"(?P<between>[^.,;!?]{0,30}?)\b(?:(?:ge)?k(?:ü|ue|u)ndig\w*|beend\w*|stornier\w*"
    r"|l[öo]schen|gel[öo]scht|aufl[öo]sen|aufgel[öo]st|abmelden|abbestellen|canceln|weg|raus|cancel(?:l?ed)"
    r"|ended|stopped|terminated|closed|gone"
    r"|(?:must|has to|should|can) (?:go|end)|nicht (?:mehr|länger))\b"
    r"(?P<denied>(?: (?:will|möchte|werde|soll|kann|ich|wir|aber|doch|bitte|auf keinen fall)){0,4}"
    r" nicht(?! mehr)\b)?"
)
GOES_ON = re.compile(r"\b(?:und|and|oder|aber|then)\s*$")
ONLY = re.compile(r"\s*(?:only|just|nur|sondern)\b")
# "12 € pro Monat" names no plan.
PER = re.compile(r"\s+(?:monat|jahr|woche|tag|stück|person|nutzer|kopf)\b")
EVERYTHING = re.compile(
    r"\b(?:all|everything|both|every (?:plan|subscription|one|single one)|each of them|the lot"
    r"|alle[sn]?|beide[sn]?|sämtliche)\b"
)
NOT_EVERYTHING = re.compile(
    r"\b(?:not|nicht|\w+n't|(?:do|does|did|is|are|wo|would|ca|can|could)n?t)\b[^.,;]{0,20}\b(?:all|everything|both|alle[sn]?|beide[sn]?)\b"
    r"|\b(?:at|after|above|first of|best of|most of|vor|that'?s|that is|das ist|was) (?:all|alle[sm])\b"
    r"|\ball (?:right|good|the best|the time|day|along|i (?:want|need|ask|said)|month|year)\b"
    r"|\b(?:all|every\w*|alle[sn]?)\b[^.,;]{0,30}\b(?:others?|ander\w+)"
    r" (?:customer|client|user|people|kund|nutzer|leute)\w*"
    r"|\balles (?:gute?|klar|ok\w*|super|bestens|liebe|andere|in ordnung|was)\b"
    r"|\bfür alles\b|\bwar'?s? alles\b"
    r"|\beverything (?:is|was|else|i)\b"
)
# In a "no": what is wanted instead, unless that is what is not wanted.
TO_END = (
    r"(?:cancel|end|stop|terminate|k(?:ü|ue|u)ndig(?:en|e|t|ung)|beenden?"
    r"|beendet(?= werden)|auf(?:zu)?lösen|stornieren"
    r"|canceln|gek(?:ü|ue|u)ndigt(?= werden| haben))"
)
ASKS_TO_END = re.compile(rf"\b{TO_END}\b")
NOT_TO_END = re.compile(
    rf"\b(?:{NO}|\w+n't|(?:do|does|did|wo|would|ca)nt|cannot|without|instead of|rather than"
    r"|no (?:need|reason|wish))"
    rf" (?:\w+ ){{0,4}}?{TO_END}\b|\b{TO_END}(?: \w+){{0,3}} (?:nicht|nie)\b(?! mehr)|^(?:no,? )?stop[.!]*$"
)
SEVERAL = re.compile(r"\b(?:plans|subscriptions|subs|memberships|accounts|tiers|abos|abonnements|tarife)\b")
POSITIONS = (
    ("first", "1st", "one", "1", "erste", "ersten", "erstes", "eins"),
    ("second", "2nd", "two", "2", "zweite", "zweiten", "zweites", "zwei"),
    ("third", "3rd", "three", "3", "dritte", "dritten", "drittes", "drei"),
    ("fourth", "4th", "four", "4", "vierte", "vierten", "viertes", "vier"),
    ("fifth", "5th", "five", "5", "fünfte", "fünften", "fünftes", "fünf"),
)
POSITION = re.compile(
    r"(?:(?:cancel|end|i mean|i want|take|it'?s|yes|the|number|no\.?|nr\.?|nummer|option|das"
    r"|die|den|#|ja|bitte|nimm|nehmt|ich"
    r"|meine|kündigen?|sie|abo) ?)*"
    r"(?P<word>\w+)\.?(?: (?:one|plan|subscription|option|abo|tarif|vertrag))?"
    r"(?: (?:please|pls|bitte|then|kündigen))*[.!]*"
)
