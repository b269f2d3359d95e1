from plateward.core.audit.heads import sign_head
from plateward.core.audit.repeated_refusals import record_counts
from plateward.core.audit.stored_tree import grow_to_head
from plateward.core.audit.witnesses.publishing import publish_head
from plateward.core.audit.witnesses.siem import send_security_events
from plateward.core.jobs.job import Job

JOBS = (
    Job(
        "Signing the head of the audit log",
        sign_head,
        every=10.0,
        alarm="Notify the ALPR administrator if this happens again (AU-5).",
    ),
    Job(
        "Having the audit log witnessed",
        publish_head,
        every=30.0,
        alarm="Notify the ALPR administrator if this happens again (AU-5).",
    ),
    Job("Sending security events to the SIEM", send_security_events, every=10.0),
    Job("Storing the tiles of the audit log", grow_to_head, every=10.0),
    Job("Recording counted refusals", record_counts, every=3600.0),
)
