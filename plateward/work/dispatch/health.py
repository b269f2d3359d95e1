"""The line to CAD."""

from django.conf import settings

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.work.dispatch.models import Line


def _cad() -> Reading:
    if not (settings.CAD_TOKEN_FILE or settings.CAD_CERTIFICATE):
        return amber(
            "Not connected: people call dispatch by radio or phone.",
            "Set address of [cad] in plateward.toml, and the secret cad-token or a certificate.",
        )
    line = Line.objects.filter(pk=1).first()
    if line is None or line.tried_at is None:
        return amber("Not used yet.", "Send a test call.")
    if line.failing_since:
        return red(
            f"It has not answered for {clock.format_span(clock.now() - line.failing_since)}.",
            "Call CAD's operator, and dispatch by radio; what waits is sent once it answers.",
        )
    return green("It answers.")


PARTS = (Part("cad", "CAD", "5.b", _cad, "dispatch:console", before_live=True),)
