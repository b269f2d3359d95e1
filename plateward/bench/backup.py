"""A backup with images against the disk's own copy of the same files, the restore of it, and random restores, none of
which may bring back what was destroyed."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from pyrage import x25519

from plateward.bench.figures import Figure, Progress, at_most

READS, IMAGES = 10_000_000, 20_000  # reads without images beside those with
CONTEXT, PLATE = os.urandom(60_000), os.urandom(8_000)
AT_ONCE = 20_000
RATIO, RESTORE_S, RESTORES = 1.3, 900.0, 1_000


@dataclass(frozen=True)
class Drill:
    """Where a hub is backed up to, and restored from."""

    folder: Path

    @property
    def identity(self) -> Path:
        return self.folder / "age.key"

    def back_up(self) -> float:
        """Seconds of `plateward backup`."""
        made = x25519.Identity.generate()
        self.identity.write_text(f"{made}\n")
        self.identity.chmod(0o600)
        who = str(made.to_public())
        folders = [str(self.folder / "data"), "--keys", str(self.folder / "keys")]
        return _command("backup", *folders, "--recipient", who)

    def restore(self, home: Path, *more: str) -> float:
        """Seconds of `plateward restore` to a hub that is ready to start."""
        folders = [
            str(self.folder / "data"),
            "--keys",
            str(self.folder / "keys"),
            "--identity",
            str(self.identity),
        ]
        who = ["--administrator", "Benchmark", "--reason", "Benchmark"]
        return _command("restore", *folders, *who, *more, env={"PLATEWARD_HOME": str(home)})


def run(progress: Progress, reads: int = READS) -> list[Figure]:
    """On PostgreSQL the database is its own, and stays."""
    from plateward.bench.hub import prepare_hub

    folder = prepare_hub()
    from django.conf import settings
    from django.db import connections

    drill = Drill(folder / "drill")
    drill.folder.mkdir(mode=0o700)
    _fill(reads, progress)
    size = _size(settings.DATA)
    progress("copying by the disk alone")
    copied = _copy(settings.DATA, folder / "copied")
    shutil.rmtree(folder / "copied")
    progress("backing up")
    made = drill.back_up()
    again = drill.back_up()
    progress("restoring")
    connections.close_all()
    shutil.rmtree(settings.DATA)  # the hub whose disk is gone
    back = drill.restore(folder / "restored")
    what = f"{reads:,} reads, {2 * IMAGES:,} images, {size / 1e9:.2f} GB"
    return [
        Figure(f"the disk's own copy: {what}", copied, "s"),
        at_most("backup, times the disk's own copy", made / copied, "", RATIO),
        Figure("backup again, nothing new", again, "s"),
        at_most(f"restore of {reads:,} reads", back, "s", RESTORE_S),
        at_most(
            f"of {RESTORES:,} random histories, those whose restore brought something back",
            _resurrected(progress),
            "",
            0,
        ),
    ]


def _fill(reads: int, progress: Progress) -> None:
    from plateward.bench.made_reads import DATES, MadeReads
    from plateward.field.reads.images import image_segments
    from plateward.field.reads.store import configured_store

    made = MadeReads(reads)
    for day in DATES:
        progress(f"making the reads of {day}")
        for chunk in made.of_day(day, AT_ONCE):
            configured_store().append(day, chunk)
        for _ in range(IMAGES // len(DATES) // 50):
            image_segments().append(day, [CONTEXT, PLATE] * 50)


def _resurrected(progress: Progress) -> int:
    """By the rules that a restore follows, over random histories of days that end and of backups in between."""
    from plateward.serve.backup.rules import closed_by, files_to_restore, generation_of
    from plateward.serve.backup.testing import history

    brought = 0
    for seed in range(RESTORES):
        progress(f"random restore {seed}")
        random = Random(seed)  # noqa: S311
        manifests, stones, _ = history(random)
        chosen = random.choice(manifests)
        later = [manifest for manifest in manifests if manifest.serial > chosen.serial]
        files = files_to_restore(chosen, later, closed_by(stones))
        brought += bool({generation_of(file.path) for file in files} & {stone.name for stone in stones})
    return brought


def _copy(source: Path, to: Path) -> float:
    """Seconds of `cp`, and until it is on disk."""
    os.sync()
    began = time.perf_counter()
    subprocess.run(["/bin/cp", "-r", str(source), str(to)], check=True)
    os.sync()
    return time.perf_counter() - began


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _command(*line: str, env: dict[str, str] | None = None) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "plateward", *line, "--json"],
        env=os.environ | (env or {}),
        capture_output=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return time.perf_counter() - began if result["backup"] else 0.0
