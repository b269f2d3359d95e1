"""Why an entry is on the list: by lot, or for what its event means to a reviewer. Pure.

The lot's seed comes from the log's own signed head over the period, so that nobody chooses it, and whoever has the log
draws the same entries again (docs/decisions/0101)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from plateward.core.audit.events import Event
from plateward.ground.policy.trace import enforces
from plateward.oversight.findings.rules import EXPORTS

OFFICE_HOURS = range(6, 20)  # of the agency's day; outside them, and on weekends, few people have office work


class Why(TextChoices):
    """In the order of the list."""

    FINDING = "finding", "Part of a finding"
    LOG = "log", "The log itself"
    FLAGGED = "flagged", "Flagged by the system"
    OVERRIDE = "override", "Check overridden"
    EXPORT = "export", "Data left the system"
    PRIVILEGED = "privileged", "Privileged act"
    DENIED = "denied", "Denied attempt"
    OFF_HOURS = "off_hours", "Outside office hours"
    SAMPLE = "sample", "Random sample"


_SENTENCES = {
    Why.FINDING: "A detector of misuse reported a pattern that this entry is part of.",
    Why.LOG: "The log could not be written, was restored, was not accepted by a witness, or has other witnesses.",
    Why.FLAGGED: "The system flagged it: an account that several people may use, a protected vehicle, a purpose that "
    "may be barred, or something missing or altered.",
    Why.OVERRIDE: "Someone let through what a check had held back.",
    Why.EXPORT: "A file with people or plates left the system.",
    Why.PRIVILEGED: "Changes permissions, detection, retention, or findings.",
    Why.DENIED: "The system refused it.",
    Why.OFF_HOURS: "An export or a privileged act at night or on a weekend.",
    Why.SAMPLE: "Drawn at random from the entries of people.",
}
EVENTS = {
    Why.LOG: (
        Event.AUDIT_ACCEPT,
        Event.AUDIT_OUTAGE,
        Event.AUDIT_PROPOSE,
        Event.AUDIT_RECOUNT,
        Event.AUDIT_RESTORE,
        Event.AUDIT_RETURN,
        Event.KEY_RETIRE,
        Event.KEY_ROTATE,
        Event.KEY_SPLIT,
        Event.BACKUP_RESTORE,
        Event.UPGRADE_UNDO,
        Event.WITNESS_CHANGE,
        Event.WITNESS_REFUSE,
    ),
    Why.FLAGGED: (
        *(Event.ADDRESS_FLAG, Event.DEMS_MISS, Event.INTEGRITY_FAIL, Event.PROTECTED_FLAG, Event.READ_LOSE),
        Event.RETENTION_LAPSE,
        *(Event.SEARCH_STOP, Event.SESSION_FLAG, Event.SHARING_DRIFT),
    ),
    Why.OVERRIDE: (
        Event.ALERT_OVERRIDE,
        Event.HOTLIST_LATER,
        Event.LOAD_APPROVE,
        Event.OVERRIDE_ALLOW,
        Event.SEARCH_CLEAR,
        Event.SEARCH_UNMASK,
    ),
    Why.EXPORT: (
        *EXPORTS,
        Event.AUDIT_DOWNLOAD,
        *(
            Event.COMPLIANCE_EXPORT,
            Event.YEARLY_EXPORT,
            Event.PROTOCOL_EXPORT,
            Event.READER_EXPORT,
            Event.RECORDS_PRINT,
            Event.RECORDS_RELEASE,
            Event.RETENTION_EXPORT,
        ),  # no plates
        *(Event.DEMS_EXPORT, Event.DEMS_SUBMIT),  # to the site's own DEMS, as 6.e.iv.4 demands
    ),
    Why.PRIVILEGED: (
        *(Event.ACCESS_APPROVE, Event.ACCESS_GIVE, Event.ACCESS_INTERRUPT, Event.ACCESS_RESTORE),
        *(Event.AGENCY_GRANT, Event.AGENCY_REVOKE),
        *(
            Event.ALARM_FLOOR,
            Event.OVERRIDE_ALLOW,
            Event.SEARCH_REACH,
            Event.STORAGE_END,
            Event.STORAGE_RECORD,
        ),
        *(Event.ALARM_WITHHOLD, Event.BREACH_CUT, Event.BREACH_RESUME, Event.DESIGNATION_END),
        *(Event.DESIGNATION_MAKE, Event.FEED_UPDATE, Event.FINDING_DECIDE, Event.FORMAT_UPDATE),
        *(Event.HOLD_LIFT, Event.HOLD_PLACE, Event.HOTLIST_BASIS, Event.HOTLIST_UPDATE, Event.ORDER_REVOKE),
        *(Event.ORDER_SIGN, Event.PENALTY_LIFT, Event.PERSON_CREATE),
        *(Event.PERSON_IMPORT, Event.PERSON_UPDATE, Event.PROTECTED_ADD, Event.PROTECTED_END),
        *(Event.MAIL_SET, Event.PROTECTED_IMPORT, Event.PROTOCOL_APPROVE),
        *(Event.READER_ENROLL, Event.READER_REVOKE, Event.READER_UPDATE),
        *(Event.RECORDS_APPROVE, Event.RELEASE_RULE_APPROVE),
        *(Event.REASON_ADD, Event.REASON_RETIRE, Event.RETENTION_CONFIRM, Event.RETENTION_REPLAN),
        *(
            Event.RETENTION_ACKNOWLEDGE,
            Event.RETENTION_DISCARD,
            Event.RECOVERY_CONFIRM,
            Event.SCHEDULE_DECIDE,
            Event.SHARING_COUNTERSIGN,
            Event.SHARING_PUBLISH,
            Event.SHARING_SIGN,
            Event.TECHNICIAN_AUTHORIZE,
            Event.YEARLY_APPROVE,
            Event.YEARLY_IMPORT,
            Event.TERMINAL_ISSUE,
            Event.THRESHOLD_SET,
        ),
        *(
            Event.DEPLOYMENT_DECIDE,
            Event.DEPLOYMENT_END,
            Event.DEPLOYMENT_RECORD,
            Event.TRANSFER_DECIDE,
            Event.ZONE_ADD,
            Event.ZONE_END,
        ),
        *(Event.TOKEN_MAKE, Event.TRAINING_IMPORT, Event.TRAINING_RECORD, Event.TRAINING_RELEASE),
        Event.TRAINING_REQUIRE,
    ),
}
WHY_OF = {event.value: why for why, events in EVENTS.items() for event in events}


@enforces("6.b.i.10/review", "6.b.i.10/unusual")
def risk_of(event: str, outcome: str) -> Why | None:
    """What an entry would be listed for, whatever the account's others; None: for the sample alone."""
    why = WHY_OF.get(event)
    return Why.DENIED if outcome == "refused" and why is not Why.FLAGGED else why


@enforces("6.b.i.10/review", "6.b.i.10/unusual")
def is_off_hours(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is night or a weekend in the agency's time zone."""
    local = at.astimezone(zone)
    return local.weekday() > 4 or local.hour not in OFFICE_HOURS


@enforces("6.b.i.10/review", "AU-6/weekly")
def reason(why: Why, alike: int) -> str:
    """Why an entry is on the list, in words. `alike`: how many such entries the same account has in the period."""
    if alike > 1:
        return f"{_SENTENCES[why]} {alike:,} such entries of this account in the period; this one is drawn."
    return _SENTENCES[why]


@dataclass
class Group:
    """The entries that one account has for one reason, of one kind. `drawn`: the number of the one to look at, by
    `lot`: whoever made it cannot hide it behind harmless ones."""

    why: Why
    actor: str
    event: str
    alike: int = 0
    drawn: int = -1
    lot: bytes = b""

    def add(self, sequence: int, seed: str) -> None:
        drawn = lot(seed, sequence)
        if not self.alike or drawn < self.lot:
            self.drawn, self.lot = sequence, drawn
        self.alike += 1


@enforces("6.b.i.10/review", "AU-6/weekly")
def ranked(groups: Sequence[Group], seed: str, most: int) -> list[Group]:
    """By reason, as in the list; within one, half of `most` are the accounts with the most such entries, and all
    others follow by lot: those with many cannot hide one with few."""
    listed: list[Group] = []
    for why in Why:
        alike = sorted((group for group in groups if group.why is why), key=lambda group: -group.alike)
        rest = sorted(alike[most // 2 :], key=lambda group: lot(seed, group.actor, group.event))
        listed += [*alike[: most // 2], *rest]
    return listed


MOST_DRAWS = 20_000  # on a log in which hardly any entry is a person's


@enforces("6.b.i.10/review", "AU-6/weekly")
def seed_of(kind: str, first: int, after: int, root: str) -> str:
    """The seed for the entries from number `first` to before `after`. `root`: in hex, of the first signed head that
    covers all of them."""
    return sha256(f"plateward.review.v1\n{kind}\n{first}\n{after}\n{root}\n".encode()).hexdigest()


@enforces("6.b.i.10/review", "AU-6/weekly")
def lot(seed: str, *names: object) -> bytes:
    """What decides between entries, or between accounts: the least is looked at. Nobody can steer it."""
    return sha256("\n".join((seed, *map(str, names))).encode()).digest()


@enforces("6.b.i.10/review", "AU-6/weekly")
def drawn(seed: str, first: int, after: int) -> Iterator[int]:
    """The numbers of entries in the order in which they are drawn, some more than once. The sample is the first
    ones that are a person's."""
    if after <= first:
        return
    for draw in range(MOST_DRAWS):
        number = int.from_bytes(sha256(f"{seed}\n{draw}\n".encode()).digest())
        yield first + number % (after - first)
