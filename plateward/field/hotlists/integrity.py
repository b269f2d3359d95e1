"""The checks of hot lists: fresh, for no reason that SB 40 bars; fed by feeds that work, bring no suddenly small list,
and take it only from where nobody else writes."""

import stat
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.field.hotlists.health import Health, freshness_of
from plateward.field.hotlists.imports.models import Feed, Format
from plateward.field.hotlists.imports.ncic import IMMIGRATION
from plateward.field.hotlists.line_sums import check_lines
from plateward.field.hotlists.models import HotList, Load, Reason
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.barred import barred_ground


def fault_of(hotlist: HotList, problem: str) -> Fault:
    """A fault of a list; the name of a covert one is for its own audience."""
    name = f"covert list {hotlist.pk}" if hotlist.covert else f"hot list {hotlist}"
    return Fault(name, problem, link=hotlist.get_absolute_url())


@enforces("5.h/reports")
def _check_freshness() -> tuple[int, Iterator[Fault]]:
    lists = HotList.objects.filter(retired_at=None)
    return len(lists), (fault_of(hotlist, text) for hotlist in lists if (text := _lateness(hotlist)))


def _lateness(hotlist: HotList) -> str:
    found = freshness_of(hotlist)
    if found.health is Health.STALE:
        return f"{found.health.label}."
    if found.health is Health.LATE and found.next_due:
        return f"A new copy was due {clock.format_span(clock.now() - found.next_due)} ago."
    return ""


@enforces("6.b.i.3/privacy", "SB40.use/surveillance", "SB40.use/traffic", "SB40.share/purposes")
def _check_reasons() -> tuple[int, list[Fault]]:
    """The reasons that the administrator added: what SB 40 bars from searches lists no plate either."""
    reasons = Reason.current()
    barred = {text: ground for text in reasons.values() if (ground := barred_ground(text))}
    return len(reasons), [
        Fault(f"reason “{text}”", f"{ground.clause} bars it: {ground.says}.")
        for text, ground in barred.items()
    ]


@enforces("5.h/reports")
def _check_feeds() -> tuple[int, list[Fault]]:
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


@enforces("6.b.i.3/privacy", "SB40.use/immigration")
def _check_formats() -> tuple[int, list[Fault]]:
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
        "hotlists.lines", Group.LOG, "Hot list entries as the hub wrote them", "entries", "6.b.i.9",
        "Enforce nothing that rests on this list, and report a breach. An entry that was altered or added matches "
        "nothing. Restore the database, or retire the list and load its source's file as a new one.",
        check_lines, every=timedelta(hours=1),
    ),
    Check(
        "hotlists.freshness", Group.FEEDS, "Hot lists are fresh", "lists", "5.h",
        "Look at the list's feed, or load a new copy.",
        whole(_check_freshness),
    ),
    Check(
        "hotlists.reasons", Group.POLICY, "Reasons for listing a plate", "reasons", "SB40.use",
        "Retire the reason, and recall the entries that give it.",
        whole(_check_reasons),
    ),
    Check(
        "hotlists.feeds", Group.FEEDS, "Feeds of hot lists", "feeds", "5.h",
        "Open the feed's page. A folder for feeds is writable for its owner alone.",
        whole(_check_feeds),
    ),
    Check(
        "hotlists.ncic_files", Group.POLICY, "NCIC files that SB 40 bars", "versions", "SB40.use",
        "Set the NCIC reasons again, and recall the entries that the file brought.",
        whole(_check_formats),
    ),
)  # fmt: skip
