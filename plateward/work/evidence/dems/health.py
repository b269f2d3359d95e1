"""The exports to DEMS."""

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.service import client


@enforces("6.a.iv/overdue")
def _dems() -> Reading:
    late = Duty.objects.open().filter(due_at__lt=clock.now()).count()
    if late:
        return red(f"Exports overdue: {late:,}.", "Their owners find them under DEMS exports due.")
    if client() is None:
        return amber(
            "Not connected: people export by hand.",
            "Set url of [dems] in plateward.toml, if the agency's DEMS has an API.",
        )
    if Upload.objects.under_way().filter(problem=Upload.Problem.AWAY).exists():
        return red("It does not answer.", "Call DEMS's operator; what waits is sent once it answers.")
    return green("No export is overdue.")


PARTS = (Part("dems", "DEMS", "6.a.iv", _dems, before_live=True),)
