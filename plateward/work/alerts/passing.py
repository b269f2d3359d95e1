"""What of the alerts' tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("alerts_change", "a number that tells open pages to ask again"),
    Passing("alerts_earlierreadsjob", "how far a job is"),
    Passing("alerts_whereabouts", "where a person was last, for routing"),
    Passing("alerts_unanswered", "when an alert that waits goes on to others"),
)
