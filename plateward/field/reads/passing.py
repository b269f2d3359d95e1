"""What of the reads' tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (Passing("reads_batch", "a reader's signed batch, which the read store proves"),)
