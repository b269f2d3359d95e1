"""The checks of feeds: they work, bring no suddenly small list, and take it only from where nobody else writes."""

import stat
from collections.abc import Iterator

from django.conf import settings

from plateward.hotlists.imports.models import Feed, Format
from plateward.hotlists.imports.ncic import IMMIGRATION
from plateward.hotlists.integrity import fault_of
from plateward.hotlists.models import Load
from plateward.jobs.check import Check, Fault, Group, whole
from plateward.policy.trace import enforces


@enforces("6.b.i.3", "5.h")
def _look_at_feeds() -> tuple[int, list[Fault]]:
    feeds = Feed.objects.filter(on=True, hotlist__retired_at=None).select_related("hotlist")
    found = {feed: " ".join(_problems(feed)) for feed in feeds}
    return len(found), [fault_of(feed.hotlist, problem) for feed, problem in found.items() if problem]


def _problems(feed: Feed) -> Iterator[str]:
    if feed.failures:
        yield f"Its feed failed {feed.failures} time{'' if feed.failures == 1 else 's'} in a row."
    last = feed.hotlist.loads.first()
    if last and last.state == Load.State.HELD:
        yield f"A copy with {last.rows:,} lines instead of {last.before:,} entries waits for a person."
    if feed.place == Feed.Place.SFTP and not feed.host_key:
        yield "Its source is not proven: no server key is pinned."
    if feed.place == Feed.Place.FOLDER:
        try:
            mode = (settings.FEEDS / feed.folder).stat().st_mode
        except OSError:
            yield "Its folder is missing or cannot be read."
            return
        if mode & (stat.S_IWOTH | stat.S_IWGRP):
            yield f"Its source is not proven: others may write into its folder (mode {stat.S_IMODE(mode):o})."


@enforces("6.b.i.3", "6.h.i", "SB40.use")
def _look_at_formats() -> tuple[int, list[Fault]]:
    """No stored version of the NCIC format takes in the file of immigration violators."""
    versions = Format.objects.filter(name="ncic")
    return len(versions), [
        Fault(
            f"NCIC format, version {version.version}",
            "It takes in file code N, immigration violators (SB 40).",
        )
        for version in versions
        if version.spec.get("ncic", {}).get(IMMIGRATION)
    ]


CHECKS = (
    Check(
        "hotlists.feeds", Group.FEEDS, "Feeds of hot lists", "feeds", "5.h",
        "Open the feed's page. A folder for feeds is writable for its owner alone.",
        whole(_look_at_feeds),
    ),
    Check(
        "hotlists.ncic_files", Group.POLICY, "NCIC files that SB 40 bars", "versions", "SB40.use",
        "Set the NCIC reasons again, and recall the entries that the file brought.",
        whole(_look_at_formats),
    ),
)  # fmt: skip
