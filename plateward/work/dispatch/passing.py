"""What of dispatch's tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("dispatch_line", "how the line to CAD is"),
    Passing("dispatch_change", "by which message it was sent", ("message_id",)),
    Passing("dispatch_message", "a message on its way; what it says is its changes"),
)
