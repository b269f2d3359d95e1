"""Where words of a barred ground only name a crime's victim or scene, or whom somebody posed as. Pure."""

import re
from functools import lru_cache
from typing import Final

# What is done to people or places, so that they are its victims or its scene: "shots fired at the protest".
HARM: Final = (
    r"(?:shots?(?: \w+)? fired|shots?|shoot(?:ing)?(?: up)?|fired|stabb(?:ed|ing)|robb(?:ed|ing|ery)|beat(?:en|ing)?|"
    r"assault(?:ed|ing)?|attack(?:ed|ing)?|burgl(?:ary|arized|aries)|break-?ins?|break in|broke into|broken into|arson|"
    r"burn(?:ed|t|ing)|fire ?bomb(?:ed|ing)?|bomb(?:ed|ing)?(?: threats?)?|threats?|threaten(?:ed|ing)|"
    r"vandali[sz](?:ed|m|ing)|smash(?:ed|ing)?|graffiti|drove into|rammed|plowed into|ran over|ran down|run over|"
    r"run down|struck|hit by|taken by|kidnapp?(?:ed|ing)|carjack(?:ed|ing)|murder(?:ed)?|kill(?:ed|ing)|homicide|"
    r"rape[ds]?|theft|stole|stolen|traffick(?:ed|ing)|extort(?:ed|ing|ion)|scamm(?:ed|ing)|defraud(?:ed|ing)|"
    r"injur(?:ed|ing)|wound(?:ed|ing)|sprayed|maced|doused|hurt|left to die|harass(?:ed|ing)|stalk(?:ed|ing)|"
    r"followed home|punched|kicked|choked|groped|molested|mugged|abducted|hostage|held captive|set on fire|set fire to|"
    r"torched|blown up|blew up|shot out|slashed|keyed|looted|ransacked|desecrated|defaced|threw(?: \w+){1,2}|"
    r"thrown (?:at|on|through)|swatted|swindled)"
)
HARMED: Final = (
    r"(?:robbed|beaten|shot|stabbed|assaulted|killed|raped|kidnapped|abducted|sold|hit|struck|run over|threatened|"
    r"attacked|harassed|stalked|mugged|carjacked|stolen|taken|vandali[sz]ed|smashed|burned|bombed|blown up|torched|"
    r"defaced|looted|shot up|set on fire)"
    r"(?: (?:of|by|at|on|in|for|from|with|near|outside|behind|while|during|after|last|this|"
    r"dead)\b(?! officers?)|(?=,|$))|"
    r"invaded|burglarized|ransacked|(?<!for the )victims?\b|locked in|found dead|dead\b|died"
)
# Of a place or a gathering: "the mosque shooting", "a clinic bomber".
COMPOUND: Final = (
    r"(?:bomb(?:er|ing)?|arson(?:ist)?|shoot(?:er|ing)|stabbing|burglar\w*|break-?in|"
    r"vandal\w*|robbery|attack(?:er)?)"
)
LINK: Final = (
    r"(?:at|the|a|an|of|on|in|into|up|to|from|by|against|his|her|their|two|three|several|crowd|group|people|man|woman|"
    r"men|women|someone|made|called|phoned|sent|mailed|out|windows?|doors?|wall|car|home|house)"
)
BESIDE: Final = r"(?:during|outside|near|behind|after|across from|next to)"
WITNESSED: Final = (
    r"(?:saw|recorded|photographed|filmed|identified|recognized|gave (?:the|a|this)|wrote down|noted (?:the|"
    r"this|a|its|his|her)|"
    r"(?:got|has|took|gave) (?:the |a |this |its |his |her )?(?:plate|tag|number))"
)
GAP: Final = r"[^\w.;!?]+"  # within a sentence
POSING: Final = r"(?:pos(?:ed|es|ing) as|impersonat\w+|pretend\w* to be|claim\w* to be|fake|false|phony)"


@lru_cache
def as_victim(words: str, *, or_witness: bool = True) -> re.Pattern[str]:
    """These words where somebody harms whom they name, or poses as one: a crime that is no barred ground. Or where they
    saw something. Compiled when a text first has such words: for all grounds that takes half a second."""
    few = rf"(?:{GAP}(?!who\b|that\b)\w+)"
    passive = rf"(?:was|were|got|been){few}{{0,4}}?{GAP}{HARM}(?:{GAP}{words})?"
    witnessed = rf"|{WITNESSED}" if or_witness else ""
    reported = rf"report(?:s|ed){few}{{0,8}}?{GAP}{HARM}"
    return re.compile(
        rf"(?<!\w){HARM}(?:{GAP}{LINK}){{0,5}}{GAP}{words}"
        rf"|(?<!\w){HARM}{few}{{0,7}}?{GAP}{BESIDE}(?:{GAP}(?:the|a|an))?{GAP}{words}"
        rf"|(?<!\w)(?:stolen?|stole|taken){few}{{0,3}}?{GAP}from(?:{GAP}(?:the|a|an))?{GAP}{words}"
        rf"|(?<!\w){POSING}(?:{GAP}an?)?{GAP}{words}"
        rf"|(?<!\w)(?:dead|injured|wounded|beaten|kidnapped|trapped|stranded|drowned|murdered|missing){GAP}{words}"
        rf"|{words}(?:'s)?{few}?{GAP}{COMPOUND}(?!\w)"
        rf"|{words}(?:'s)?{few}{{0,3}}?{GAP}(?:{passive}|{HARMED}|{reported}{witnessed})(?!\w)",
        re.IGNORECASE,
    )
