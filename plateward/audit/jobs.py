from plateward.audit.heads import sign_head
from plateward.audit.repeated_refusals import record_counts
from plateward.audit.stored_tree import grow_to_head
from plateward.jobs.job import Job

JOBS = (
    Job(
        "Signing the head of the audit log",
        sign_head,
        every=10.0,
        alarm="Notify the ALPR administrator if this happens again (AU-5).",
    ),
    Job("Storing the tiles of the audit log", grow_to_head, every=10.0),
    Job("Recording counted refusals", record_counts, every=3600.0),
)
