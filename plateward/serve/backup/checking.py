"""Whether a restored hub is whole: everything that the integrity monitor would look at over days, at once."""

import tempfile
from pathlib import Path

from django.conf import settings

from plateward.core.audit.actor import Actor
from plateward.core.audit.export import write_export
from plateward.core.audit.leaf import decode_line
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.verify import NotProven, verify_log
from plateward.core.jobs.check import Check
from plateward.core.rooms import declared
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.progress import ShowProgress
from plateward.ground.vault.authority import Authority
from plateward.serve.backup.rules import Checked, Manifest
from plateward.work.alerts.models import Alert
from plateward.work.evidence.numbers import number_of
from plateward.work.evidence.package.build import build_case_package
from plateward.work.evidence.verify.findings import State
from plateward.work.evidence.verify.package import verify_package
from plateward.work.evidence.verify.trust import Trust

CHECKED = ("reads.rows", "reads.images", "reads.accepted", "reads.day_keys", "audit.entries")
PACKAGES = 3  # of evidence, of the newest alerts


class NotWhole(PlatewardError):
    """A backup was restored, and something of it is wrong."""


@enforces("SC-28/backup", "6.j.i/proven", "6.b.i.9/sealed", "AU-9/found", "6.h.iv/verified")
def check_all(actor: Actor, manifest: Manifest, show: ShowProgress) -> Checked:
    """Prove the log, from an export of it; open each read, and each image by what its reader signed; make packages of
    evidence and verify them. Raises NotWhole, which names the first fault."""
    counts = {
        check.key: _go_over(check, show) for check in declared("integrity", "CHECKS") if check.key in CHECKED
    }
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        log = Path(folder, "log.jsonl")
        write_export(actor, log, lambda done, total: show(done, total, "Exporting the log"))
        try:
            proven = verify_log(log, earlier=decode_line(manifest.head.encode(), SignedHead))
        except NotProven as error:
            raise NotWhole(f"The restored log is NOT proven: {error}") from error
        packages = _check_packages(actor, Path(folder))
    return Checked(proven.entries, counts["reads.rows"], counts["reads.images"], packages)


def _go_over(check: Check, show: ShowProgress) -> int:
    checked = 0
    for step in check.steps(""):
        checked += step.checked
        show(checked, max(checked, 1), check.label)
        for fault in step.faults:
            raise NotWhole(f"{check.label}: {fault.object}. {fault.problem} The backup is not whole.")
    return checked


def _check_packages(actor: Actor, folder: Path) -> int:
    trust = Trust(
        agency=(Authority.create(settings.RING).certificate,),
        log_key=settings.RING.signing("audit").public_key().public_bytes_raw(),
    )
    alerts = list(Alert.objects.order_by("-pk")[:PACKAGES])
    for alert in alerts:
        package = folder / f"{alert.pk}.zip"
        build_case_package(number_of(alert), [alert], package, by=actor)
        for finding in verify_package(package, trust).findings:
            if finding.state is State.WRONG:
                raise NotWhole(f"An evidence package of restored data does not verify: {finding.says}.")
    return len(alerts)
