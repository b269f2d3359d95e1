"""A setting that makes misuse harder to see is changed (AU-9)."""

import re
from collections.abc import Iterator

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import EventKind, Suspicion
from plateward.oversight.detectors.signs import Reading
from plateward.policy.trace import enforces

WATCHES = re.compile(
    r"\baudit|\boversight|\bmisuse|\bdetectors?\b|\blogs?\b|\blogging\b|\btrail\b|"
    r"\b(search|access|query|event)[\s_-](history|records?)\b|"
    r"\b(reason|case[\s_-]number|justification|purpose)s?([\s_-](field|entry|check))?\b",
    re.IGNORECASE,
)
WEAKENS = re.compile(
    r"\boff\b|disabl|remov|delet|purg|clear|eras|wip|truncat|shorten|reduc|lower|optional|suspend|\bmut(e|ed|ing)\b|"
    r"silenc|weaken|bypass|exempt|exclud|\bstop|\bpaus|\bhid(e|den|es|ing)\b|(not|no longer) (required|mandatory)|"
    r"\d+ (days?|months?|years?)? ?(to|→|->) ?\d+ |→ ?(no|off)|\b(=|is|to) ?(false|no|off)\b",
    re.IGNORECASE,
)
UNDONE = re.compile(r"\b(re-?enabl|restor|turned (back )?on|lengthen|extend|raised|increas)", re.IGNORECASE)


@enforces("AU-9")
class Concealment(Detector):
    """Says at once that logging, the detectors, or what a search must state was weakened."""

    names = ("oversight weakened",)

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        if event.kind is not EventKind.CONFIGURATION:
            return
        text = event.what
        if WATCHES.search(text) and WEAKENS.search(text) and not UNDONE.search(text):
            yield Suspicion(
                "oversight weakened",
                event.person,
                f"Changed a setting by which misuse is seen: “{text.strip()[:160]}”.",
                topic=" ".join(text.casefold().split())[:80],
            )
