"""What of the fleet's tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing(
        "fleet_reader",
        "what the reader says of itself, and who is at its screen: signed by it, each log in on the log",
        (
            "authority",
            "last_seen_at",
            "hotlist_version",
            "hotlist_since",
            "reads",
            "dropped",
            "drops_since",
            "drops_outside",
            "drops_in_zones",
            "drops_unknown",
            "last_read_at",
            "read_came_at",
            "clock_ahead_ms",
            "says_checked",
            "camera_link",
            "ring",
            "software",
            "last_batch",
            "officer_id",
            "officer_since",
            "code",
            "code_at",
            "code_by_id",
        ),
    ),
)
