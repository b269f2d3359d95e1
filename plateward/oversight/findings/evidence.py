"""Evidence on the detectors of misuse, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.oversight.findings.models import Finding, WatchRun
from plateward.people import days

LONG_AGO = timedelta(hours=3)  # it runs every hour


def facts() -> Iterator[Fact]:
    """When the detectors last ran. Findings outside the chain of command are not counted: their subjects read this."""
    last = WatchRun.objects.exclude(ran_at=None).order_by("-ran_at").first()
    late = last is None or last.ran_at is None or clock.now() - last.ran_at > LONG_AGO
    findings = Finding.objects.filter(outside=False)
    yield fact(
        "6.a.ii.2",
        "6.a.ii.3",
        "6.f.i.3",
        "AU-6",
        text="The log was last watched for misuse: {watched}. Findings for the chain of command: {findings:,}; without "
        "an outcome: {open_findings:,}.",
        watched=days.format_time(last.ran_at) if last and last.ran_at else "never",
        findings=findings.count(),
        open_findings=findings.filter(outcome=None).count(),
        attention="The log has not been watched for misuse for three hours. Check the hub's worker.",
        late=late,
        route="findings:index",
    )
