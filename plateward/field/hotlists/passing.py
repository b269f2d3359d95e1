"""What of the lists' tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("hotlists_part", "rows of a file that is being compared"),
    Passing("hotlists_heldline", "lines of a file that is being compared"),
    Passing("hotlists_load", "how far a file is; what it changes is its revision's act"),
    Passing(
        "hotlists_revision", "prepared in short transactions; the act that puts it in force names its load"
    ),
    Passing(
        "hotlists_entry",
        "a million lines of a list come in short transactions: their load's SHA-256 is on the log",
    ),
    Passing(
        "hotlists_feed",
        "when it was tried",
        (
            "next_at",
            "tried_at",
        ),
    ),
    Passing("hotlists_hotlist", "when its source was last heard", ("refreshed_at",)),
)
