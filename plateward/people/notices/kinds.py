"""Every kind of notice, by name."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from plateward.ground.labeled import Labeled

# Something is to be done, which is done when whatever ends it settles its matter; reading it does not end it.
ASKS = True


class Kind(StrEnum):
    """What happened, or what is to be done; `thing.verb`, like an event of the log. `asks`: of all others a person is
    only told."""

    asks: bool

    def __new__(cls, value: str, asks: bool = False) -> "Kind":
        member = str.__new__(cls, value)
        member._value_, member.asks = value, asks
        return member

    ACCESS_DECIDE = "access.decide"
    ACCESS_END = "access.end"
    ACCESS_INTERRUPT = "access.interrupt"
    ACCESS_RESTORE = "access.restore"
    ACCOUNT_LOCK = "account.lock", ASKS
    AGENCY_ANSWER = "agency.answer"
    AGENCY_CONSULT = "agency.consult", ASKS
    AGENCY_DECIDE = "agency.decide", ASKS
    AGENCY_END = "agency.end"
    ALARM_WITHHOLD = "alarm.withhold", ASKS
    ALERT_ACKNOWLEDGE = "alert.acknowledge", ASKS
    ALERT_DENY = "alert.deny"
    ALERT_RECALL = "alert.recall"
    ALERT_SHARE = "alert.share"
    ALERT_VEHICLE = "alert.vehicle"
    BREACH_CLOSE = "breach.close"
    BREACH_REMIND = "breach.remind", ASKS
    BREACH_REPORT = "breach.report", ASKS
    CALL_CLOSE = "call.close", ASKS
    CHECK_FAIL = "check.fail", ASKS
    DISPOSITION_RETURN = "disposition.return", ASKS
    DISPOSITION_REVIEW = "disposition.review", ASKS
    ENTRY_ANSWER = "entry.answer"
    ENTRY_CONFIRM = "entry.confirm", ASKS
    ENTRY_DOUBT = "entry.doubt"
    EXPORT_OWE = "export.owe", ASKS
    EXPORT_REMIND = "export.remind", ASKS
    FACTOR_CHANGE = "factor.change"
    FACTOR_RESET = "factor.reset"
    FEED_FAIL = "feed.fail", ASKS
    FINDING_MISUSE = "finding.misuse"
    FINDING_REMIND = "finding.remind", ASKS
    FINDING_REPORT = "finding.report", ASKS
    HIT_CONFIRM = "hit.confirm"
    HOLD_REMIND = "hold.remind", ASKS
    INTEGRITY_ANSWER = "integrity.answer"
    INTEGRITY_DECIDE = "integrity.decide", ASKS
    INTEGRITY_FAIL = "integrity.fail", ASKS
    INVESTIGATION_ASSIGN = "investigation.assign", ASKS
    INVESTIGATION_NOTIFY = "investigation.notify"
    INVESTIGATION_RECORD = "investigation.record", ASKS
    INVESTIGATION_REMIND = "investigation.remind", ASKS
    INVESTIGATION_REPORT = "investigation.report", ASKS
    INVESTIGATION_REVIEW = "investigation.review", ASKS
    LOAD_HOLD = "load.hold", ASKS
    LOG_ALARM = "log.alarm"
    LOG_REVIEW_ASK = "log_review.ask", ASKS
    LOG_REVIEW_LATE = "log_review.late", ASKS
    LOG_REVIEW_OWN = "log_review.own", ASKS
    LOG_REVIEW_REPLY = "log_review.reply"
    LOG_REVIEW_SIGN = "log_review.sign", ASKS
    LOGIN_GUESS = "login.guess"
    MALFUNCTION_REMIND = "malfunction.remind", ASKS
    MALFUNCTION_REPAIR = "malfunction.repair", ASKS
    OFFENSE_RECORD = "offense.record"
    OFFICE_CHANGE = "office.change"
    OVERRIDE_FIND = "override.find"
    OVERRIDE_REVIEW = "override.review", ASKS
    PERSON_ABSENT = "person.absent"
    PERSON_GONE = "person.gone", ASKS
    PERSON_TRANSFER = "person.transfer"
    PROTECTED_ASK = "protected.ask"
    PROTOCOL_ACKNOWLEDGE = "protocol.acknowledge", ASKS
    PROTOCOL_ANSWER = "protocol.answer"
    PROTOCOL_DECIDE = "protocol.decide", ASKS
    PROTOCOL_ESCALATE = "protocol.escalate", ASKS
    PROTOCOL_REMIND = "protocol.remind", ASKS
    PROTOCOL_REVIEW = "protocol.review", ASKS
    PROTOCOL_WITHDRAW = "protocol.withdraw"
    READER_MISREAD = "reader.misread"
    READER_REASSIGN = "reader.reassign", ASKS
    READ_LOSE = "read.lose"
    READ_SHARE = "read.share"
    RECORDS_ANSWER = "records.answer"
    RECORDS_DECIDE = "records.decide", ASKS
    RECORDS_ESCALATE = "records.escalate", ASKS
    RECORDS_RECEIVE = "records.receive", ASKS
    RECORDS_REMIND = "records.remind", ASKS
    RECORDS_RULE = "records.rule", ASKS
    REPAIR_RECORD = "repair.record"
    REQUEST_ANSWER = "request.answer"
    REQUEST_HANDLE = "request.handle", ASKS
    RETENTION_STOP = "retention.stop", ASKS
    RETURN_ANSWER = "return.answer"
    RETURN_DECIDE = "return.decide", ASKS
    REVIEW_CLOSE = "review.close", ASKS
    SCHEDULE_ANSWER = "schedule.answer"
    SCHEDULE_DECIDE = "schedule.decide", ASKS
    SEARCH_ANSWER = "search.answer"
    SEARCH_ASK = "search.ask", ASKS
    SEARCH_DECIDE = "search.decide", ASKS
    SEARCH_FLAG = "search.flag"
    SEARCH_STOP = "search.stop", ASKS
    SESSION_COPY = "session.copy"
    SHARING_ANSWER = "sharing.answer"
    SHARING_DECIDE = "sharing.decide", ASKS
    SHARING_DRIFT = "sharing.drift", ASKS
    TECHNICIAN_CHANGE = "technician.change"
    THRESHOLD_SET = "threshold.set"
    TRANSFER_ANSWER = "transfer.answer"
    TRANSFER_DECIDE = "transfer.decide", ASKS


ASKING = frozenset(kind for kind in Kind if kind.asks)
# May be about whoever manages people: their text is for those notified alone.
CONFIDENTIAL = frozenset(kind for kind in Kind if kind.startswith(("breach.", "finding.", "investigation.")))


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
    RECORDS = "records", "Public records"


_TOPICS = {
    Topic.ALERTS: "alarm alert call disposition entry export hit override",
    Topic.HOTLISTS: "feed load protected request return",
    Topic.SEARCHES: "read search",
    Topic.READERS: "check malfunction reader repair technician transfer",
    Topic.PEOPLE: "access account agency factor login offense office person review session",
    Topic.PROTOCOLS: "protocol",
    Topic.OVERSIGHT: "breach finding integrity investigation log log_review sharing threshold",
    Topic.RETENTION: "hold retention schedule",
    Topic.RECORDS: "records",
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
