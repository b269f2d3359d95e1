"""What an evidence package costs: of one hit, and of a case of 500 reads; its verification by the command, as a court's
expert runs it; and their chains of custody, once the log has a million entries of other things.

Everything is real: signed reads with images as large as a reader's come in over the device listener, are matched, and
each alert is worked from its confirmation to its disposition; the timestamp comes from an authority behind a socket."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from plateward.bench.alert import jpeg
from plateward.bench.figures import Figure
from plateward.errors import PlatewardError

if TYPE_CHECKING:
    from plateward.alerts.models import Alert
    from plateward.people.actor import PersonActor
    from plateward.testing.roadside import Photo, Roadside

READS = 500  # two of each plate: an alert and its further sighting
AT_ONCE = 50  # reads in a batch
SINGLE_S, CASE_S, VERIFY_SINGLE_S, VERIFY_CASE_S = 1.0, 60.0, 1.0, 20.0
TRIES = 5  # of one hit: the slowest counts
LOG = 1_000_000  # entries


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Raises PlatewardError if a package does not verify."""
    from plateward.db.setup import setup

    setup(migrated=False)
    from django.conf import settings
    from django.test import override_settings

    from plateward.alerts.models import Alert
    from plateward.evidence.testing import trust_files
    from plateward.people.testing import acting
    from plateward.serve.hub import prepare
    from plateward.simulators.tsa import tsa

    prepare()
    ada = acting("ada")
    _fill(progress)
    alerts = list(Alert.objects.order_by("pk"))
    for number, alert in enumerate(alerts, 1):
        progress(f"working alert {number} of {len(alerts)}")
        _work(ada, alert)
    home: Path = settings.HOME
    with (
        tsa() as stamps,
        override_settings(TSA_URL=stamps.url, TSA_AUTHORITY=stamps.authority),
        TemporaryDirectory(dir=home.parent) as folder,
    ):
        trusted = trust_files(Path(folder), stamps.authority)
        figures = _measure(ada, alerts, Path(folder), trusted, progress)
    return figures + _custody(alerts, progress)


def _custody(alerts: "Sequence[Alert]", progress: Callable[[str], None]) -> list[Figure]:
    """The chains, each found in the log, opened and compared, as its page does it."""
    from plateward.alerts.models import Sighting
    from plateward.audit.models import Tree
    from plateward.bench.audit import fill
    from plateward.evidence.custody.chain import chain_of
    from plateward.reads.store import ReadKey

    progress(f"filling the log up to {LOG:,} entries")
    fill(LOG - Tree.objects.get().size)
    progress("following the custody of reads")
    reads = [ReadKey(alert.captured_at.date(), alert.read) for alert in alerts]
    reads += [ReadKey(seen.captured_at.date(), seen.read) for seen in Sighting.objects.all()]
    single = max(_seconds(partial(chain_of, [read])) for read in reads[:TRIES])
    chains = [chain_of(reads[:1]), chain_of(reads)]
    whole = _seconds(partial(chain_of, reads))
    events = [len(chain.events) for chain in chains]
    if any(chain.gaps for chain in chains) or len(reads) != READS:
        raise PlatewardError("A chain of custody has a gap where none is.")
    log = f"in a log of {LOG:,} entries"
    return [
        Figure(f"custody of one read ({events[0]} events) {log}, slowest of {TRIES}", single, "s"),
        Figure(f"custody of a case of {READS} reads ({events[1]:,} events) {log}", whole, "s"),
    ]


def _fill(progress: Callable[[str], None]) -> None:
    from plateward.testing.hotlist import load_hotlist
    from plateward.testing.roadside import enroll_reader

    plates = [f"EVD{number:03}" for number in range(READS // 2)]
    load_hotlist(*plates)
    readers = [enroll_reader("unit-12", "Unit 12 rear"), enroll_reader("unit-14", "Unit 14 rear")]
    context, crop = jpeg(1280, 720, 22), jpeg(280, 140, 60)
    for nth, reader in enumerate(readers, 1):
        for begin in range(0, len(plates), AT_ONCE):
            progress(f"reading {begin} to {begin + AT_ONCE}, time {nth}")
            some = plates[begin : begin + AT_ONCE]
            reader.send(*(_photo(reader, plate, context, crop) for plate in some))


def _photo(reader: "Roadside", plate: str, context: bytes, crop: bytes) -> "Photo":
    """Its images end with the plate and the reader, so that each is another."""
    from plateward.testing.roadside import Photo

    context, crop = (image + f"{plate} {reader.name}".encode() for image in (context, crop))
    read = reader.photo(
        plate, context_sha256=sha256(context).hexdigest(), plate_sha256=sha256(crop).hexdigest()
    ).read
    return Photo(read, context, crop)


def _work(ada: "PersonActor", alert: "Alert") -> None:
    from plateward.alerts.closing import actions as closing
    from plateward.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
    from plateward.alerts.facts import AlertOutcome
    from plateward.alerts.models import Act
    from plateward.alerts.page import actions as steps
    from plateward.alerts.testing import STORY

    steps.confirm(ada, alert, alert.entry.plate, "NM")
    for kind in ("encounter", "enforcement"):
        Act.objects.create(alert=alert, kind=kind, by=ada.person, at=alert.arrived_at)
    towed = (EnforcementAction(EnforcementKind.TOW),)
    closing.dispose(ada, alert, DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, towed))


def _measure(
    ada: "PersonActor",
    alerts: "Sequence[Alert]",
    folder: Path,
    trusted: dict[str, Path],
    progress: Callable[[str], None],
) -> list[Figure]:
    from plateward.evidence.package.build import build_case_package, build_package

    progress("packing one hit")
    single, case = folder / "single.zip", folder / "case.zip"
    took = [_seconds(partial(build_package, alert, single, by=ada)) for alert in alerts[:TRIES]]
    steps: list[tuple[int, int]] = []

    def show(done: int, total: int) -> None:
        steps.append((done, total))
        progress(f"packing a case of {READS} reads: {done} of {total}")

    whole = _seconds(lambda: build_case_package("2026-00587", alerts, case, by=ada, progress=show))
    progress("verifying")
    _verify(single, trusted)
    checked, checked_case = _verify(single, trusted), _verify(case, trusted)
    size = case.stat().st_size / 1_000_000
    return [
        Figure("package of one hit, slowest of 5", max(took), "s", SINGLE_S, max(took) <= SINGLE_S),
        Figure(f"package of a case of {READS} reads", whole, "s", CASE_S, whole <= CASE_S),
        Figure("steps of progress shown", len(steps), "steps", READS, len(steps) >= READS),
        Figure("the case's package", size, "MB"),
        Figure("verify one hit, the command", checked, "s", VERIFY_SINGLE_S, checked <= VERIFY_SINGLE_S),
        Figure(
            "verify the case, the command", checked_case, "s", VERIFY_CASE_S, checked_case <= VERIFY_CASE_S
        ),
    ]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _verify(package: Path, trusted: dict[str, Path]) -> float:
    """Seconds of `plateward evidence verify`."""
    options = {"agency": "--agency", "log_key": "--log-key", "timestamping": "--tsa"}
    keys = [part for name, option in options.items() for part in (option, str(trusted[name]))]
    line = [sys.executable, "-m", "plateward", "evidence", "verify", str(package), "--json", *keys]
    # An installation has its bytecode, from pip or from the first command; without it each command compiles again.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    result = subprocess.run(line, capture_output=True, text=True, check=False, env=env)
    took = time.perf_counter() - begin
    if not json.loads(result.stdout)["verified"]:
        raise PlatewardError(f"A package that was just made is not verified: {result.stderr}")
    return took
