"""What of these rooms' tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("oversight_checkstate", "how far a check is"),
    Passing("oversight_checkday", "how much was checked on a day"),
    Passing("oversight_foundfault", "when it was last seen", ("seen_at", "at", "problem")),
    Passing("oversight_watchrun", "how far a job is"),
    Passing("oversight_reviewrun", "how far a job is"),
    Passing("oversight_finding", "what adds to it while it is open", ("outside", "to", "last_at", "count")),
    Passing("oversight_logfile", "a file on its way to who requested it"),
    Passing("oversight_yearlyreport", "how far its making is", ("done",)),
    Passing("oversight_published", "how far a publication is"),
)
