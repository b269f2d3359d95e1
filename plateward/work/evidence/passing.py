"""What of the evidence's tables may change without an entry (core/audit/records)."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("evidence_upload", "a package on its way; what DEMS took is a step of its duty"),
    Passing("evidence_package", "how far its making is; its digest is in the act that made it"),
    Passing("evidence_requestedpackage", "a file on its way to who requested it"),
)
