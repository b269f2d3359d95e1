"""What is recorded."""

from enum import StrEnum


class Event(StrEnum):
    """Alphabetised. A value is "thing.verb", its name the same in capitals; it stays once it is on a log."""

    ALERT_ACT = "alert.act"
    ALERT_ARRIVE = "alert.arrive"
    ALERT_CONFIRM = "alert.confirm"
    ALERT_DISPOSE = "alert.dispose"
    ALERT_OBSERVE = "alert.observe"
    ALERT_VERIFY = "alert.verify"
    ALERT_VIEW = "alert.view"
    AUDIT_EXPORT = "audit.export"
    AUDIT_HEAD = "audit.head"
    AUDIT_VIEW = "audit.view"
    BATCH_RECEIVE = "batch.receive"
    BATCH_REFUSE = "batch.refuse"
    HOTLIST_DELIVER = "hotlist.deliver"
    HOTLIST_IMPORT = "hotlist.import"
    HOTLIST_PREVIEW = "hotlist.preview"
    HOTLIST_VIEW = "hotlist.view"
    IMAGE_VIEW = "image.view"
    PERSON_BANNER = "person.banner"
    PERSON_CREATE = "person.create"
    PERSON_FACTOR = "person.factor"
    PERSON_LOGIN = "person.login"
    PERSON_LOGOUT = "person.logout"
    PERSON_PASSWORD = "person.password"  # noqa: S105, an event's name
    PERSON_VIEW = "person.view"
    READER_ENROL = "reader.enrol"
    READER_REVOKE = "reader.revoke"
    READER_VIEW = "reader.view"
    ROUTE_REFUSE = "route.refuse"
    SESSION_END = "session.end"
    SYSTEM_START = "system.start"
    SYSTEM_STOP = "system.stop"
