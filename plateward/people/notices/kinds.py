"""Every kind of notice, by name."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from plateward.labeled import Labeled


class Kind(StrEnum):
    """What happened, or what is to be done; `thing.verb`, like an event of the log."""

    ACCESS_DECIDE = "access.decide"
    ACCESS_END = "access.end"
    ACCESS_INTERRUPT = "access.interrupt"
    ACCESS_RESTORE = "access.restore"
    ACCOUNT_LOCK = "account.lock"
    ALARM_WITHHOLD = "alarm.withhold"
    ALERT_ACKNOWLEDGE = "alert.acknowledge"
    ALERT_DENY = "alert.deny"
    ALERT_RECALL = "alert.recall"
    ALERT_SHARE = "alert.share"
    ALERT_VEHICLE = "alert.vehicle"
    BREACH_CLOSE = "breach.close"
    BREACH_REMIND = "breach.remind"
    BREACH_REPORT = "breach.report"
    CALL_CLOSE = "call.close"
    CHECK_FAIL = "check.fail"
    DISPOSITION_RETURN = "disposition.return"
    DISPOSITION_REVIEW = "disposition.review"
    ENTRY_ANSWER = "entry.answer"
    ENTRY_CONFIRM = "entry.confirm"
    ENTRY_DOUBT = "entry.doubt"
    EXPORT_OWE = "export.owe"
    EXPORT_REMIND = "export.remind"
    FACTOR_CHANGE = "factor.change"
    FACTOR_RESET = "factor.reset"
    FEED_FAIL = "feed.fail"
    FINDING_MISUSE = "finding.misuse"
    FINDING_REMIND = "finding.remind"
    FINDING_REPORT = "finding.report"
    HIT_CONFIRM = "hit.confirm"
    HOLD_REMIND = "hold.remind"
    INTEGRITY_FAIL = "integrity.fail"
    INVESTIGATION_ASSIGN = "investigation.assign"
    INVESTIGATION_NOTIFY = "investigation.notify"
    INVESTIGATION_RECORD = "investigation.record"
    INVESTIGATION_REMIND = "investigation.remind"
    INVESTIGATION_REPORT = "investigation.report"
    INVESTIGATION_REVIEW = "investigation.review"
    LOAD_HOLD = "load.hold"
    LOG_ALARM = "log.alarm"
    LOG_REVIEW_LATE = "log_review.late"
    LOG_REVIEW_SIGN = "log_review.sign"
    LOGIN_GUESS = "login.guess"
    MALFUNCTION_REPAIR = "malfunction.repair"
    OFFENSE_RECORD = "offense.record"
    OFFICE_CHANGE = "office.change"
    OVERRIDE_FIND = "override.find"
    OVERRIDE_REVIEW = "override.review"
    PERSON_ABSENT = "person.absent"
    PERSON_TRANSFER = "person.transfer"
    PROTECTED_ASK = "protected.ask"
    PROTOCOL_ACKNOWLEDGE = "protocol.acknowledge"
    PROTOCOL_ANSWER = "protocol.answer"
    PROTOCOL_DECIDE = "protocol.decide"
    PROTOCOL_ESCALATE = "protocol.escalate"
    PROTOCOL_REMIND = "protocol.remind"
    PROTOCOL_WITHDRAW = "protocol.withdraw"
    READER_MISREAD = "reader.misread"
    READER_REASSIGN = "reader.reassign"
    READ_LOSE = "read.lose"
    READ_SHARE = "read.share"
    REPAIR_RECORD = "repair.record"
    REQUEST_ANSWER = "request.answer"
    REQUEST_HANDLE = "request.handle"
    RETENTION_STOP = "retention.stop"
    RETURN_ANSWER = "return.answer"
    RETURN_DECIDE = "return.decide"
    REVIEW_CLOSE = "review.close"
    SCHEDULE_ANSWER = "schedule.answer"
    SCHEDULE_DECIDE = "schedule.decide"
    SEARCH_ANSWER = "search.answer"
    SEARCH_DECIDE = "search.decide"
    SEARCH_FLAG = "search.flag"
    SEARCH_STOP = "search.stop"
    SESSION_COPY = "session.copy"
    TECHNICIAN_CHANGE = "technician.change"
    THRESHOLD_SET = "threshold.set"
    TRANSFER_ANSWER = "transfer.answer"
    TRANSFER_DECIDE = "transfer.decide"


# May be about whoever manages people: their text is for those notified alone.
CONFIDENTIAL = frozenset(kind for kind in Kind if kind.startswith(("breach.", "finding.", "investigation.")))

# Something is to be done, which is done when whatever ends it settles its matter; reading it does not end it. Of all
# others a person is only told.
ASKING = frozenset(
    {
        Kind.ACCOUNT_LOCK,
        Kind.ALARM_WITHHOLD,
        Kind.ALERT_ACKNOWLEDGE,
        Kind.BREACH_REMIND,
        Kind.BREACH_REPORT,
        Kind.CALL_CLOSE,
        Kind.CHECK_FAIL,
        Kind.DISPOSITION_RETURN,
        Kind.DISPOSITION_REVIEW,
        Kind.ENTRY_CONFIRM,
        Kind.EXPORT_OWE,
        Kind.EXPORT_REMIND,
        Kind.FEED_FAIL,
        Kind.FINDING_REMIND,
        Kind.FINDING_REPORT,
        Kind.HOLD_REMIND,
        Kind.INTEGRITY_FAIL,
        Kind.INVESTIGATION_ASSIGN,
        Kind.INVESTIGATION_RECORD,
        Kind.INVESTIGATION_REMIND,
        Kind.INVESTIGATION_REPORT,
        Kind.INVESTIGATION_REVIEW,
        Kind.LOAD_HOLD,
        Kind.LOG_REVIEW_LATE,
        Kind.LOG_REVIEW_SIGN,
        Kind.MALFUNCTION_REPAIR,
        Kind.OVERRIDE_REVIEW,
        Kind.PROTOCOL_ACKNOWLEDGE,
        Kind.PROTOCOL_DECIDE,
        Kind.PROTOCOL_ESCALATE,
        Kind.PROTOCOL_REMIND,
        Kind.READER_REASSIGN,
        Kind.REQUEST_HANDLE,
        Kind.RETENTION_STOP,
        Kind.RETURN_DECIDE,
        Kind.REVIEW_CLOSE,
        Kind.SCHEDULE_DECIDE,
        Kind.SEARCH_DECIDE,
        Kind.SEARCH_STOP,
        Kind.TRANSFER_DECIDE,
    }
)


class Topic(Labeled):
    """What notices are about, in the order of their page. A mail says nothing more of them than its label."""

    ALERTS = "alerts", "Alerts"
    HOTLISTS = "hotlists", "Hot lists"
    SEARCHES = "searches", "Searches and shared reads"
    READERS = "readers", "Readers"
    PEOPLE = "people", "People and access"
    PROTOCOLS = "protocols", "Protocols"
    OVERSIGHT = "oversight", "Oversight and the audit log"
    RETENTION = "retention", "Retention"


_TOPICS = {
    Topic.ALERTS: "alarm alert call disposition entry export hit override",
    Topic.HOTLISTS: "feed load protected request return",
    Topic.SEARCHES: "read search",
    Topic.READERS: "check malfunction reader repair technician transfer",
    Topic.PEOPLE: "access account factor login offense office person review session",
    Topic.PROTOCOLS: "protocol",
    Topic.OVERSIGHT: "breach finding integrity investigation log log_review threshold",
    Topic.RETENTION: "hold retention schedule",
}
_TOPIC_OF = {thing: topic for topic, things in _TOPICS.items() for thing in things.split()}


def topic_of(kind: str) -> Topic:
    """By the thing that the kind begins with."""
    return _TOPIC_OF[kind.partition(".")[0]]


def topic_lines(counts: Counter[Topic]) -> list[str]:
    """How many of each topic, in the topics' order. This is all that leaves the hub's pages of notices."""
    return [f"{topic.label}: {counts[topic]}" for topic in Topic if counts[topic]]


def kinds_of(topics: Iterable[str]) -> list[Kind]:
    """The kinds of these topics."""
    wanted = set(topics)
    return [kind for kind in Kind if topic_of(kind) in wanted]
