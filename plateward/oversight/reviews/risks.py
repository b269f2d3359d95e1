"""Why an entry is on the list: what the events of the log mean to a reviewer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from plateward.audit.events import Event
from plateward.oversight.reviews.sampling import lot
from plateward.policy.trace import enforces

OFFICE_HOURS = range(6, 20)  # of the agency's day; outside them, and on weekends, few people have office work


class Why(StrEnum):
    """In the order of the list."""

    FINDING = "finding"
    LOG = "log"
    FLAGGED = "flagged"
    OVERRIDE = "override"
    EXPORT = "export"
    PRIVILEGED = "privileged"
    DENIED = "denied"
    OFF_HOURS = "off_hours"
    SAMPLE = "sample"


WHY_TEXTS = {
    Why.FINDING: "Part of a finding",
    Why.LOG: "The log itself",
    Why.FLAGGED: "Flagged by the hub",
    Why.OVERRIDE: "Check overridden",
    Why.EXPORT: "Data left the hub",
    Why.PRIVILEGED: "Privileged act",
    Why.DENIED: "Denied attempt",
    Why.OFF_HOURS: "Outside office hours",
    Why.SAMPLE: "Random sample",
}
_SENTENCES = {
    Why.FINDING: "A detector of misuse reported a pattern that this entry is part of.",
    Why.LOG: "The log could not be written, was restored, or was not accepted by a witness.",
    Why.FLAGGED: "The hub flagged it: an account that several may use, a protected vehicle, a purpose that may be "
    "barred, or something missing or altered.",
    Why.OVERRIDE: "Somebody let through what a check had held back.",
    Why.EXPORT: "A file with people or plates left the hub.",
    Why.PRIVILEGED: "It changes who may do what, what the hub watches for or keeps, or what becomes of a finding.",
    Why.DENIED: "The hub refused it.",
    Why.OFF_HOURS: "An export or a privileged act at night or on a weekend.",
    Why.SAMPLE: "Drawn at random from the entries of people.",
}
EVENTS = {
    Why.LOG: (
        Event.AUDIT_BRIDGE,
        Event.AUDIT_OUTAGE,
        Event.AUDIT_RESTORE,
        Event.WITNESS_FORK,
        Event.WITNESS_REFUSE,
        Event.WITNESS_UNPROVEN,
    ),
    Why.FLAGGED: (
        *(Event.ADDRESS_FLAG, Event.DEMS_MISS, Event.INTEGRITY_FAIL, Event.PROTECTED_FLAG, Event.READ_LOSE),
        Event.RETENTION_LAPSE,
        *(Event.SEARCH_STOP, Event.SESSION_FLAG),
    ),
    Why.OVERRIDE: (
        Event.ALERT_OVERRIDE,
        Event.HOTLIST_LATER,
        Event.LOAD_APPROVE,
        Event.SEARCH_CLEAR,
        Event.SEARCH_UNMASK,
    ),
    Why.EXPORT: (
        *(
            Event.ACCESS_EXPORT,
            Event.ALERT_PRINT,
            Event.AUDIT_EXPORT,
            Event.COMPLIANCE_EXPORT,
            Event.CUSTODY_EXPORT,
        ),
        *(Event.DEMS_EXPORT, Event.DEMS_SUBMIT, Event.EVIDENCE_DOWNLOAD),
        *(Event.HOTLIST_EXPORT, Event.IMAGE_DOWNLOAD, Event.IMAGE_PRINT, Event.INVESTIGATION_EXPORT),
        *(Event.PROTOCOL_EXPORT, Event.RETENTION_EXPORT, Event.REVIEW_EXPORT, Event.SEARCH_EXPORT),
    ),
    Why.PRIVILEGED: (
        *(Event.ACCESS_APPROVE, Event.ACCESS_INTERRUPT, Event.ACCESS_RESTORE, Event.ALARM_FLOOR),
        *(Event.ALARM_WITHHOLD, Event.BREACH_CUT, Event.BREACH_RESUME, Event.DESIGNATION_END),
        *(Event.DESIGNATION_MAKE, Event.FEED_UPDATE, Event.FINDING_DECIDE, Event.FORMAT_UPDATE),
        *(Event.HOLD_LIFT, Event.HOLD_PLACE, Event.HOTLIST_BASIS, Event.HOTLIST_UPDATE, Event.ORDER_REVOKE),
        *(Event.ORDER_SIGN, Event.PENALTY_LIFT, Event.PERSON_CREATE),
        *(Event.PERSON_IMPORT, Event.PERSON_UPDATE, Event.PROTECTED_ADD, Event.PROTECTED_END),
        *(Event.MAIL_SET, Event.PROTECTED_IMPORT, Event.PROTOCOL_APPROVE),
        *(Event.READER_ENROLL, Event.READER_REVOKE, Event.READER_UPDATE),
        *(Event.REASON_ADD, Event.REASON_RETIRE, Event.RETENTION_CONFIRM, Event.RETENTION_REPLAN),
        *(
            Event.RETENTION_ACKNOWLEDGE,
            Event.RETENTION_DISCARD,
            Event.RECOVERY_CONFIRM,
            Event.SCHEDULE_DECIDE,
            Event.TECHNICIAN_AUTHORIZE,
            Event.TERMINAL_ISSUE,
            Event.THRESHOLD_SET,
        ),
        *(
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


@enforces("6.b.i.10")
def risk_of(event: str, outcome: str) -> Why | None:
    """What an entry would be listed for, whatever the account's others; None: for the sample alone."""
    why = WHY_OF.get(event)
    return Why.DENIED if outcome == "refused" and why is not Why.FLAGGED else why


@enforces("6.b.i.10")
def is_off_hours(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is night or a weekend in the agency's time zone."""
    local = at.astimezone(zone)
    return local.weekday() > 4 or local.hour not in OFFICE_HOURS


@enforces("6.b.i.10", "AU-6")
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


@enforces("6.b.i.10", "AU-6")
def ranked(groups: Sequence[Group], seed: str, most: int) -> list[Group]:
    """By reason, as in the list; within one, half of `most` are the accounts with the most such entries, and all
    others follow by lot: those with many cannot hide one with few."""
    listed: list[Group] = []
    for why in Why:
        alike = sorted((group for group in groups if group.why is why), key=lambda group: -group.alike)
        rest = sorted(alike[most // 2 :], key=lambda group: lot(seed, group.actor, group.event))
        listed += [*alike[: most // 2], *rest]
    return listed
