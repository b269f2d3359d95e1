"""What of the lists' tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("hotlists_part", "rows of a file that is being compared"),
    Passing("hotlists_heldline", "lines of a file that is being compared"),
    Passing("hotlists_load", "how far a file is; what it changes is its revision's act"),
    Passing("hotlists_revision", "prepared in short transactions; which are in force is in their list's sum"),
    Passing(
        "hotlists_entry",
        "a million come in short transactions: each bears its digest, and their list's row their sum (line_sums.py)",
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
