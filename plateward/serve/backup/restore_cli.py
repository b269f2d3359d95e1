"""`plateward restore SOURCE`."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from plateward.ground.commands import AsJson
from plateward.ground.config.reading import read
from plateward.ground.progress import progress_bar

Keys = Annotated[Path, typer.Option("--keys", help="Folder for the keys; on another medium than the data.")]
Identities = Annotated[
    list[Path],
    typer.Option(
        "--identity",
        metavar="FILE",
        help="A file with the private key of a recipient, as age-keygen writes it. Repeatable.",
    ),
]
Source = Annotated[str, typer.Argument(help="The folder of the data, or its bucket: s3://bucket/prefix.")]

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    source: Source,
    keys: Keys,
    identity: Identities,
    administrator: Annotated[str, typer.Option(help="Full name of the responsible ALPR administrator.")],
    reason: Annotated[str, typer.Option(help="Why the hub is restored.")],
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S"],
            help="As of then, in UTC; what was destroyed since stays so. Default: newest.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Then check all of it: log, reads, images, evidence packages.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty home and an empty folder of keys; what was destroyed stays destroyed. On
    PostgreSQL, restore the database first.

    Example: plateward restore /mnt/backup --keys /mnt/keys --identity keys.key --administrator "Gloria Gallegos"
    --reason "Disk failed"
    """
    from plateward.serve.backup.archive import identities_of, read_keys
    from plateward.serve.backup.bucket import store_of
    from plateward.serve.backup.restoring import Place, finished, restore_files

    if not (administrator.strip() and reason.strip()):
        raise typer.BadParameter(
            "a person is responsible for a restore, and has a reason.", param_hint="--administrator"
        )
    site = read()
    home = site.home.absolute()
    place = Place(home, (site.keys or home / "keys").absolute(), site.witness.file)
    store = store_of(source, site)
    archive = read_keys(keys, identities_of(identity))
    database = "PostgreSQL" if site.database.url else "SQLCipher"
    with progress_bar(f"Restoring {source}") as show:
        manifest = restore_files(store, archive, place, at and at.replace(tzinfo=UTC), database, show)
    from plateward.core.db.setup import setup

    setup(migrated=False, whole=False)
    from plateward.core.audit.actor import command_line_actor
    from plateward.serve.backup.taking_up import take_up

    actor = command_line_actor("restore")
    taken = take_up(actor, manifest, administrator, reason)
    finished(place)
    result: dict[str, Any] = {
        "backup": manifest.serial,
        "made": manifest.made.isoformat(),
        "files": len(manifest.files),
        "lost": asdict(taken.gap) if taken.gap else None,
        "destroyed_again": [day.isoformat() for day in taken.again],
        "entries_beyond": taken.beyond,
    }
    text = f"Restored: backup {manifest.serial} of {manifest.made:%Y-%m-%d %H:%M:%S} UTC, into {home}."
    if taken.gap:
        text += f"\nAccepted: {taken.gap}"
    if manifest.database == "PostgreSQL" and taken.beyond:
        text += f"\nThe database has {taken.beyond:,} entries more than these files: images since then are missing."
    if check:
        from plateward.serve.backup.checking import check_all

        with progress_bar("Checking") as show:
            checked = check_all(actor, manifest, show)
        result["checked"] = asdict(checked)
        text += f"\n{checked}"
    typer.echo(json.dumps(result) if as_json else f"{text}\nStart the hub: plateward serve")
