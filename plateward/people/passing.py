"""What of people's tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("people_cache", "counts of tries, by the minute"),
    Passing("people_failedtry", "a count of tries; each has its entry"),
    Passing(
        "people_signin",
        "how far a session is; when it began, was locked, was proved and ended has its entry",
        ("seen_at", "client", "step", "step_at", "step_seen_at", "places"),
    ),
    Passing(
        "people_apitoken",
        "its last use, which has its entry",
        ("network", "seal", "used_at", "used_from", "minute_at", "minute_uses"),
    ),
    Passing("people_notice", "it tells a person, and decides nothing"),
    Passing("people_mailbox", "how far mail is"),
    Passing("people_mailrelay", "how the last try went", ("failing_since", "problem")),
    Passing("people_terminal", "its last use, which has its entry", ("used_at",)),
)
