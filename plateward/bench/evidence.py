"""What an evidence package costs: of one hit, and of a case of 500 reads; and its verification by the command, as a
court's expert runs it.

Everything is real: signed reads with images as large as a reader's come in over the device listener, are matched, and
each alert is worked from its confirmation to its disposition; the timestamp comes from an authority behind a socket."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from plateward.bench.figures import Figure, Progress, at_least, at_most, seconds
from plateward.bench.hub import photo, pictures, prepare_hub
from plateward.ground.errors import PlatewardError

if TYPE_CHECKING:
    from plateward.people.actor import PersonActor
    from plateward.work.alerts.models import Alert

READS = 500  # two of each plate: an alert and its further sighting
AT_ONCE = 50  # reads in a batch
SINGLE_S, CASE_S, VERIFY_SINGLE_S, VERIFY_CASE_S = 1.0, 60.0, 1.0, 20.0
TRIES = 5  # of one hit: the slowest counts


def run(progress: Progress) -> list[Figure]:
    """Raises PlatewardError if a package does not verify."""
    folder = prepare_hub()
    from django.test import override_settings

    from plateward.people.testing import acting
    from plateward.simulators.tsa import tsa
    from plateward.work.alerts.models import Alert
    from plateward.work.evidence.testing import trust_files

    ada = acting("ada")
    _fill(progress)
    alerts = list(Alert.objects.order_by("pk"))
    for number, alert in enumerate(alerts, 1):
        progress(f"working alert {number} of {len(alerts)}")
        _work(ada, alert)
    with (
        tsa() as stamps,
        override_settings(TSA_URL=stamps.url, TSA_AUTHORITY=stamps.authority),
        TemporaryDirectory(dir=folder) as made,
    ):
        trusted = trust_files(Path(made), stamps.authority)
        return _measure(ada, alerts, Path(made), trusted, progress)


def _fill(progress: Progress) -> None:
    from plateward.testing.hotlist import load_hotlist
    from plateward.testing.roadside import enroll_reader

    plates = [f"EVD{number:03}" for number in range(READS // 2)]
    load_hotlist(*plates)
    readers = [enroll_reader("unit-12", "Unit 12 rear"), enroll_reader("unit-14", "Unit 14 rear")]
    images = pictures()
    for nth, reader in enumerate(readers, 1):
        for begin in range(0, len(plates), AT_ONCE):
            progress(f"reading {begin} to {begin + AT_ONCE}, time {nth}")
            some = plates[begin : begin + AT_ONCE]
            # Their images end with the plate and the reader, so that each is another.
            marks = [f"{plate} {reader.name}".encode() for plate in some]
            own = [[image + mark for image in images] for mark in marks]
            reader.send(*(photo(reader, plate, *two) for plate, two in zip(some, own, strict=True)))


def _work(ada: "PersonActor", alert: "Alert") -> None:
    from plateward.work.alerts.closing import actions as closing
    from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
    from plateward.work.alerts.facts import AlertOutcome
    from plateward.work.alerts.models import Act
    from plateward.work.alerts.page import actions as steps
    from plateward.work.alerts.testing import STORY

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
    progress: Progress,
) -> list[Figure]:
    from plateward.work.evidence.package.build import build_case_package

    progress("packing one hit")
    single, case = folder / "single.zip", folder / "case.zip"
    took = [
        seconds(partial(build_case_package, alert.entry.number, [alert], single, by=ada))
        for alert in alerts[:TRIES]
    ]
    steps: list[tuple[int, int]] = []

    def show(done: int, total: int) -> None:
        steps.append((done, total))
        progress(f"packing a case of {READS} reads: {done} of {total}")

    whole = seconds(lambda: build_case_package("2026-00587", alerts, case, by=ada, progress=show))
    progress("verifying")
    _verify(single, trusted)
    checked, checked_case = _verify(single, trusted), _verify(case, trusted)
    size = case.stat().st_size / 1_000_000
    return [
        at_most("package of one hit, slowest of 5", max(took), "s", SINGLE_S),
        at_most(f"package of a case of {READS} reads", whole, "s", CASE_S),
        at_least("steps of progress shown", len(steps), "steps", READS),
        Figure("the case's package", size, "MB"),
        at_most("verify one hit, the command", checked, "s", VERIFY_SINGLE_S),
        at_most("verify the case, the command", checked_case, "s", VERIFY_CASE_S),
    ]


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
