"""Settings and shares by which misuse is hidden, or the agency's reads go to others."""

import re
from collections import defaultdict

from plateward.oversight.detectors.detector import Found, detector
from plateward.oversight.detectors.history import History
from plateward.oversight.detectors.records import MONTH, EventKind, LogEvent, Suspicion

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
WIDE = re.compile(
    r"(nation|state|network|country)[\s_-]?wide|\bnational|\bfederal|immigration|"
    r"\b(all|any|every)[\s_-](agenc|network|partner|states)|\b(widen|broaden|expand)|"
    r"\bshar\w*\b.*\b(all|any|enabled|everyone|on|opened|unrestricted)\b|\b(enabl|open)\w*\b.*\bshar",
    re.IGNORECASE,
)
NARROWED = re.compile(
    r"\boff\b|disabl|remov|revok|\bend(ed|s|ing)?\b|restrict|narrow|opt[\s_-]?out", re.IGNORECASE
)


@detector("oversight weakened", "AU-9")
def oversight_weakened(history: History) -> Found:
    """A setting turns off, shortens or makes optional the log, the detectors, or what a search must state."""
    for use in history.of(EventKind.CONFIGURATION):
        text = use.event.what
        if WATCHES.search(text) and WEAKENS.search(text) and not UNDONE.search(text):
            sentence = f"Changed a setting by which misuse is seen: “{text.strip()[:160]}”."
            topic = " ".join(text.casefold().split())[:80]
            yield Suspicion(use.event.at, use.event.person, sentence, topic=topic)


@detector("sharing drift", "SB40.share")
def sharing_drift(history: History, *, recipients: float = 3) -> Found:
    """Sharing is widened, in a setting or for one recipient; or {recipients} new recipients are added within 30 days,
    each with neither reason nor case."""
    known: set[str] = set()
    added: dict[str, list[LogEvent]] = defaultdict(list)
    for use in history.of(EventKind.CONFIGURATION, EventKind.SHARE):
        event = use.event
        text = f"{event.what} {event.to}".strip()
        if WIDE.search(text) and not NARROWED.search(text):
            sentence = f"Widened who can search the agency's reads: “{text[:160]}”{_given(event)}."
            yield Suspicion(event.at, event.person, sentence, topic=event.to.casefold())
        recipient = " ".join(event.to.casefold().split())
        if event.kind is EventKind.SHARE and recipient not in known and _given(event):
            lately = [each for each in added[event.person] if each.at > event.at - MONTH] + [event]
            added[event.person] = lately
            if len(lately) >= recipients:
                names = ", ".join(sorted(each.to for each in lately)[:5]) + " and others" * (len(lately) > 5)
                sentence = f"Shared with {len(lately)} new recipients in 30 days: {names}{_given(event)}."
                yield Suspicion(event.at, event.person, sentence, topic="recipients")
        known |= {recipient} if event.kind is EventKind.SHARE else set()


def _given(event: LogEvent) -> str:
    return "" if event.reason or event.case else ", with neither reason nor case"
