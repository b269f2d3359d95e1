"""The timestamp authority of evidence packages."""

from datetime import timedelta

from django.conf import settings

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.work.evidence.package.models import Package

SOON = timedelta(hours=1)


def _timestamps() -> Reading:
    if not settings.TSA_URL:
        return amber(
            "None is set: packages wait for their timestamp.",
            "Set url of [tsa] in plateward.toml, and its authority.",
        )
    waiting = Package.objects.untimestamped().filter(made_at__lt=clock.now() - SOON).count()
    if waiting:
        return red(
            f"Packages without a timestamp for an hour: {waiting:,}.", "Call the authority's operator."
        )
    return green("No package waits for it.")


PARTS = (Part("tsa", "Timestamp authority", "6.a.iv", _timestamps, before_live=True),)
