"""Settings by which misuse is hidden. Who may see what is signed, and compared all the time: people/sharing."""

import re

from plateward.oversight.detectors.detector import Found, detector
from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import EventKind, Suspicion

WATCHES = re.compile(
    r"\baudit|\boversight|\bmisuse|\bdetectors?\b|\blogs?\b|\blogging\b|\b(reason|case[\s_-]number|purpose)s?\b",
    re.IGNORECASE,
)
WEAKENS = re.compile(
    r"\boff\b|disabl|remov|delet|purg|clear|shorten|reduc|lower|optional|suspend|\bmuted?\b|weaken|bypass|exempt|"
    r"\bstop|\bpaus|no longer required|\d+ (days?|months?|years?)? ?(to|→|->) ?\d+ ",
    re.IGNORECASE,
)
UNDONE = re.compile(r"\b(re-?enabl|restor|turned (back )?on|lengthen|extend|raised|increas)", re.IGNORECASE)


@detector("oversight weakened", "AU-9")
def oversight_weakened(history: History) -> Found:
    """A setting turns off, shortens or makes optional the log, the detectors, or what a search must state."""
    for use in history.of(EventKind.CONFIGURATION):
        text = use.event.what
        if WATCHES.search(text) and WEAKENS.search(text) and not UNDONE.search(text):
            sentence = f"Changed a setting by which misuse is seen: “{text.strip()[:160]}”."
            topic = " ".join(text.casefold().split())[:80]
            yield Suspicion(use.event.at, use.event.person, sentence, topic=topic)
