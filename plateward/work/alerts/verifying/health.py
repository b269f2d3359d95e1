"""NCIC and FMCSA, as they last answered."""

from django.conf import settings

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import VerificationAnswer, VerificationSource
from plateward.work.alerts.verifying.models import Verification


def _answered(source: VerificationSource, unset: str) -> Reading:
    last = Verification.objects.filter(source=source).order_by("pk").last()
    if last is None:
        return amber("Not asked yet.", unset)
    if last.answer in (VerificationAnswer.DOWN, VerificationAnswer.GARBLED):
        return red(
            "It gave no usable answer when it was last asked.",
            "Call its operator; until it answers, verify by radio and stop nobody on an alert alone.",
        )
    return green("It answered when it was last asked.")


@enforces("6.e.iv.3/plate")
def _ncic() -> Reading:
    return _answered(
        VerificationSource.NCIC,
        "Set address of [ncic] in plateward.toml, and query a test record of the state.",
    )


def _fmcsa() -> Reading:
    if not settings.FMCSA_KEY_FILE:
        return green("Not set: carriers are not asked about.")
    return _answered(VerificationSource.FMCSA, "Query a carrier of the agency's own.")


PARTS = (
    Part("ncic", "NCIC", "6.e.iv.3", _ncic, before_live=True),
    Part("fmcsa", "FMCSA", "6.e.iv.3", _fmcsa),
)
