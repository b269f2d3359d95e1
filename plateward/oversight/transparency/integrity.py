"""The check of what is published: every count of it is the log's own, under a checkpoint that the log signed."""

from datetime import timedelta

from django.urls import reverse

from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.known_heads import log_keys
from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground.policy.trace import enforces
from plateward.oversight.transparency.models import Published
from plateward.oversight.transparency.recount import recount

MOST_NAMED = 20


@enforces("6.b.i.3/published")
def _check_published() -> tuple[int, list[Fault]]:
    published = Published.objects.first()
    if published is None:
        return 0, []
    files = {
        "JSON": published.document.encode(),
        "CSV": published.table.encode(),
        "proofs": published.proofs.encode(),
    }
    try:
        done = recount(files, log_keys()[-1])  # the first: the files follow its successors
    except NotProven as error:
        return 1, [Fault("Published figures", str(error), link=reverse("yearly:index"))]
    return done.values, [
        Fault(f"Published figures, {line.partition(': the file')[0]}"[:200], f"{line}."[:500])
        for line in done.wrong[:MOST_NAMED]
    ]


CHECKS = (
    Check(
        "transparency.published",
        Group.POLICY,
        "Published figures",
        "counts",
        "6.b.i.3",
        "Turn the public page off, and find out who changed the database. The audit log has the true counts.",
        whole(_check_published),
        every=timedelta(hours=6),
    ),
)
