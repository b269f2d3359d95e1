from plateward.audit.witnesses.publishing import publish_head
from plateward.jobs.job import Job

JOBS = (
    Job(
        "Having the audit log witnessed",
        publish_head,
        every=30.0,
        alarm="Notify the ALPR administrator if this happens again (AU-5).",
    ),
)
