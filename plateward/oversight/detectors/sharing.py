"""What the agency shares grows without a decision (6.h, SB 40)."""

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.records import Event, EventKind, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.policy.trace import enforces

WIDE = re.compile(
    r"(nation|state|network|system|country|region)[\s_-]?wide|national|federal|immigration|"
    r"shar\w*\b.*\b(all|any|default|enabled|everybody|everyone|expanded|on|opened|true|unrestricted|widened)\b|"
    r"\b(enabl|expand|open|turn(ed)? on|widen)\w*\b.*\bshar|"
    r"\ball[\s_-](agencies|networks|cameras|partners|states|law enforcement)|\bany[\s_-]agency|every[\s_-]agency",
    re.IGNORECASE,
)
SHARING = re.compile(
    r"shar|lookup|look-up|network|\baccess|opt[\s_-]?in|partner|agenc|audience|visib", re.IGNORECASE
)
WIDENED = re.compile(r"\b(widen|broaden|expand)(ed|s|ing)?\b", re.IGNORECASE)
TURNED_OFF = re.compile(
    r"\boff\b|disabl|remov|revok|\bend(ed|s|ing)?\b|restrict|narrow|opt[\s_-]?out|\bfalse\b|→ ?(no|off)",
    re.IGNORECASE,
)


@enforces("SB40.share", "6.h.i")
class SharingDrift(Detector):
    """Says at once that sharing was widened, in the configuration or for one recipient; and that new recipients are
    added one after another, each counted more with neither reason nor case, or for a network as a whole."""

    names = ("sharing drift",)

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._recipients: set[str] = set()
        self._added: dict[str, deque[tuple[Event, float]]] = defaultdict(deque)
        self._began: datetime | None = None

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        self._began = self._began or event.at
        if event.kind is EventKind.CONFIGURATION:
            yield from self._configured(event)
        elif event.kind is EventKind.SHARE:
            yield from self._shared(event)

    def _configured(self, event: Event) -> Iterator[Suspicion]:
        text = f"{event.what} {event.to}"
        wide = WIDE.search(text) or (event.networked and SHARING.search(text))
        if wide and not TURNED_OFF.search(text):
            yield Suspicion(
                "sharing drift",
                event.person,
                f"Widened in the configuration who can search the agency's reads: “{text.strip()[:160]}”"
                f"{_given(event)}.",
                topic="configuration",
            )

    def _shared(self, event: Event) -> Iterator[Suspicion]:
        recipient = " ".join(event.to.casefold().split())
        if WIDENED.search(event.what):
            yield Suspicion(
                "sharing drift",
                event.person,
                f"Widened what is shared with {event.to or 'others'}: “{event.what.strip()[:160]}”{_given(event)}.",
                topic=recipient,
            )
        wide = bool(WIDE.search(f"{event.to} {event.what}")) or event.networked is True
        is_new = recipient not in self._recipients
        self._recipients.add(recipient)
        learned = self._began and event.at - self._began > timedelta(days=self.thresholds.learning_days)
        weight = 0.0
        if is_new:
            weight = (0.5 if learned else 0.0) + 1.0 * (not event.reason and not event.case)
        weight += 1.0 * (wide and (is_new or not event.reason))
        if weight == 0:
            return
        added = self._added[event.person]
        added.append((event, weight))
        while added[0][0].at < event.at - timedelta(days=self.thresholds.drift_days):
            added.popleft()
        total = sum(weight for _, weight in added)
        if total >= self.thresholds.drift_weight:
            recipients = sorted({share.to for share, _ in added if share.to})
            named = ", ".join(recipients[:5]) + (" and others" if len(recipients) > 5 else "")
            sentence = f"Shared with {len(recipients)} new recipients in {self.thresholds.drift_days:.0f} days: {named}"
            yield Suspicion("sharing drift", event.person, f"{sentence}{_given(event)}.", topic="recipients")


def _given(event: Event) -> str:
    return "" if event.reason or event.case else ", with neither reason nor case"
