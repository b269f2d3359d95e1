"""`plateward backup TARGET`, and `plateward backup verify SOURCE`."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from plateward.ground import clock
from plateward.ground.commands import AsJson, commands
from plateward.ground.config.reading import read
from plateward.ground.errors import PlatewardError
from plateward.ground.progress import progress_bar
from plateward.ground.vault.files import erase_file
from plateward.ground.vault.keyring import RING_FILE
from plateward.serve.backup.restore_cli import Identities, Keys, Source
from plateward.serve.backup.rules import Checked

# Settings that a hub has when it is restored for a test: it asks no outside system but the bucket, and writes to no
# witness.
TAKEN = (
    "PLATEWARD_DATABASE_",
    "PLATEWARD_DISK_",
    "PLATEWARD_PACKS",
    "PLATEWARD_READS_",
    "PLATEWARD_S3_",
    "PLATEWARD_TIME_ZONE",
)


class TestFailed(PlatewardError):
    """The backup cannot be restored, or not whole."""


class TargetOrCommand(TyperGroup):
    """`plateward backup TARGET` is `plateward backup to TARGET`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["to", *args]
        return list(super().parse_args(ctx, args))


app = commands(
    "Back up the running hub, and test that the backup can be restored.\n\n"
    "Example: plateward backup /mnt/backup --keys /mnt/keys --recipient age1…",
    cls=TargetOrCommand,
)


@app.command(name="to")
def back_up(
    target: Annotated[
        str,
        typer.Argument(
            help="Folder for the data, apart from the hub's own disk; or a bucket: s3://bucket/prefix."
        ),
    ],
    keys: Keys,
    recipient: Annotated[
        list[str],
        typer.Option(metavar="AGE", help="Who can restore: a public key of age. Repeatable."),
    ],
    keep: Annotated[int, typer.Option(min=1, max=10_000, help="How many backups stay there.")] = 14,
    as_json: AsJson = False,
) -> None:
    """Back up everything but the PostgreSQL database, while the hub runs. What is there already is not copied again.

    Example: plateward backup /mnt/backup --keys /mnt/keys --recipient age1…
    """
    from plateward.serve.backup.archive import recipients_of

    recipients = recipients_of(recipient)
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.serve.backup.bucket import store_of
    from plateward.serve.backup.making import make_backup

    store = store_of(target, read())
    with progress_bar(f"Backing up to {target}") as show:
        manifest, copied = make_backup(command_line_actor("backup"), store, keys, recipients, keep, show)
    result = {"backup": manifest.serial, "made": manifest.made.isoformat(), "files": len(manifest.files)}
    sizes = {"bytes": manifest.size, "copied": copied, "database": manifest.database}
    text = (
        f"Backup {manifest.serial} of {manifest.made:%Y-%m-%d %H:%M:%S} UTC: {len(manifest.files)} files, "
        f"{manifest.size / 1e6:,.1f} MB, of them {copied / 1e6:,.1f} MB copied now. The keys are in {keys}: keep "
        "them apart."
    )
    if manifest.database == "PostgreSQL":
        text += "\nThe PostgreSQL database is not in it: back it up by its own means, no earlier than this."
    typer.echo(json.dumps(result | sizes) if as_json else text)


@app.command()
def verify(
    source: Source,
    keys: Keys,
    identity: Identities,
    database: Annotated[
        str,
        typer.Option(
            metavar="URL", help="On PostgreSQL: a restored copy of the database, for this test alone."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Restore into a throw-away home, and check log, reads, images and evidence there. The hub may run meanwhile. The
    home is made where TMPDIR says, or in the system's temporary folder.

    Example: plateward backup verify /mnt/backup --keys /mnt/keys --identity keys.key
    """
    own = read().database.url
    if database and own and is_same_database(own, database):
        raise TestFailed(
            "--database is the hub's own database, and a test would write to it. Nothing was done. Restore a copy of "
            "the database elsewhere, and name that."
        )
    at = clock.now()
    result = _tested(source, keys, identity, database)
    _record(result, at.isoformat())
    text = f"Backup {result['backup']} of {result['made'][:16]} UTC was restored.\n{Checked(**result['checked'])}"
    typer.echo(json.dumps(result) if as_json else text)


def is_same_database(one: str, other: str) -> bool:
    """Whether both addresses reach one database, however they are spelled, whatever stands in between: what one locks
    is locked for the other. A copy of the whole server has another lock table. Raises TestFailed."""
    from psycopg import OperationalError, connect

    lock = secrets.randbits(62)
    try:
        with connect(one, connect_timeout=30) as first, connect(other, connect_timeout=30) as second:
            first.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
            [free] = second.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock]).fetchone() or [True]
    except OperationalError as error:
        raise TestFailed(
            f"The hub's own database and the copy cannot be told apart: {' '.join(str(error).split())} Nothing was "
            "done. Both must answer; correct --database."
        ) from error
    return not free


def _tested(source: str, keys: Path, identity: list[Path], database: str) -> dict[str, Any]:
    """What `plateward restore --check` says, in a home that is gone afterward; what it says of a failure is said."""
    home = Path(tempfile.mkdtemp(prefix="plateward-restore-"))
    site = read()
    env = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(TAKEN) or not name.startswith("PLATEWARD_")
    } | {
        "PLATEWARD_HOME": str(home / "hub"),
        "PLATEWARD_DATABASE_URL": database,
        "PLATEWARD_SECRETS": str(site.secrets or site.home.absolute() / "secrets"),
        "PLATEWARD_AUTHORITIES": str(site.authorities or site.home.absolute() / "authorities"),
    }
    line = ["restore", source, "--keys", str(keys), "--check", "--json"]
    line += ["--administrator", "Restore test", "--reason", "Restore test of a backup"]
    line += [part for file in identity for part in ("--identity", str(file))]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "plateward", *line], env=env, check=False, stdout=subprocess.PIPE
        )
    finally:
        erase_file(home / "hub" / "keys" / RING_FILE)
        shutil.rmtree(home, ignore_errors=True)
    if done.returncode:
        raise typer.Exit(done.returncode)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _record(result: dict[str, Any], at: str) -> None:
    """On the hub's own log, if this is its machine."""
    from plateward.core.db.setup import has_hub, setup

    if not has_hub():
        return
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.log import record
    from plateward.serve.backup.making import note_status

    actor = command_line_actor("backup verify")
    record(actor, Event.BACKUP_VERIFY, f"backup:{result['backup']}", **result["checked"])
    note_status(last_verified_restore=at)
