"""What of retention's tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (Passing("retention_daystanding", "a copy for a page, written again each time"),)
