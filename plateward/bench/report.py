"""SB 40's yearly report over a long log, and its recount from an export without the hub."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from plateward.bench.audit import IN_ALL, fill
from plateward.bench.figures import Figure, Progress, at_most, seconds

REPORT_S = 120
YEAR, DAYS = 2026, 360  # over which the entries are spread


def run(progress: Progress, entries: int = IN_ALL) -> list[Figure]:
    """The report of a year of `entries` entries, and the recount; they must be equal."""
    from plateward.bench.hub import prepare_hub

    prepare_hub()
    from django.conf import settings

    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.export import write_export
    from plateward.core.audit.verify import verify_log
    from plateward.oversight.transparency.counting import Span, Tally
    from plateward.oversight.transparency.recording import tally_log
    from plateward.oversight.transparency.recount import count_export

    progress(f"filling the log with {entries:,} entries")
    fill(entries, timedelta(days=DAYS) / entries)
    zone, counted = ZoneInfo(settings.TIME_ZONE), list[Tally]()

    def report() -> None:
        counted.append(
            tally_log(Span.of_year(YEAR, zone), lambda done: progress(f"counted {done:,} entries"))
        )

    took = seconds(report)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        key = write_export(command_line_actor("bench"), path, lambda *_: None).signed.key
        progress("proving the export")
        proving = seconds(lambda: verify_log(path, key))
        progress("recounting it")
        recounting = seconds(lambda: counted.append(count_export(path, YEAR, zone, lambda _: None)))
    first, again = (tally.figures() for tally in counted)
    if first != again or not first["searches.made"]:
        raise RuntimeError("the recount differs from the report")
    return [
        at_most(f"yearly report over {entries:,} entries", took, "s", REPORT_S),
        Figure("proving its export", proving, "s"),
        Figure("recounting it, equal", recounting, "s"),
    ]
