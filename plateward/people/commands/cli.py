"""`plateward people …`: named accounts, files of people and of training, and who may do what."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plateward.core.db.setup import setup
from plateward.ground.commands import AsJson, commands
from plateward.ground.errors import PlatewardError
from plateward.people.permissions import Role

if TYPE_CHECKING:
    from plateward.core.pages.csv_import import CsvColumns, RejectedLine

app = commands(
    "At the hub: create accounts, import people.\n\n"
    'Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --role officer',
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be added without adding it.")]


@app.command()
def create(
    username: Annotated[str, typer.Argument(help="The username for log-in.")],
    name: Annotated[str, typer.Option(help="The full name.")],
    badge: Annotated[str, typer.Option(help="The badge or personnel number.")],
    role: Annotated[Role | None, typer.Option(help="Request access in this role.")] = None,
    reason: Annotated[str, typer.Option(help="With --role: the duties that require it.")] = "",
    unit: Annotated[str, typer.Option(help="With --role: the unit, if any.")] = "",
    supervisor: Annotated[str, typer.Option(help="With --role: the supervisor's username.")] = "",
    rank: Annotated[str, typer.Option(help="The rank, if any.")] = "",
    sworn: Annotated[bool, typer.Option("--sworn", help="A sworn officer.")] = False,
    employed_since: Annotated[str, typer.Option(help="First day of employment by the Department.")] = "",
    as_json: AsJson = False,
) -> None:
    """Create an account; prints a one-time password to hand over in person.

    The person then chooses a password and sets up a second factor. The account has no access. With --role,
    access is requested; the Chief or an ALPR administrator approves it on the pages.

    Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --sworn
    --employed-since 2019-03-04 --role officer --unit "Unit 12" --supervisor carla --reason "Patrol in District 5"
    """
    if role is None and (reason or unit or supervisor):
        raise typer.BadParameter("A reason, unit and supervisor go with a role only.", param_hint="--role")
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.people.access import actions
    from plateward.people.models import Person

    above = Person.objects.filter(username=supervisor.lower()).first()
    if supervisor and above is None:
        raise PlatewardError(f"No account was created for {username}. There is no supervisor '{supervisor}'.")
    person, password = actions.create_person_and_request(
        command_line_actor("people create"),
        username,
        name,
        badge=badge,
        rank=rank,
        sworn=sworn,
        employed_since=parse_day(employed_since, "--employed-since") if employed_since else None,
        wanted=actions.RequestedAccess(role, reason, unit, above) if role else None,
    )
    made = {"username": person.username, "password": password}
    typer.echo(json.dumps(made) if as_json else password)


@app.command()
def release(
    username: Annotated[str, typer.Argument(help="The Chief's username.")],
    reason: Annotated[str, typer.Option(help="How you verified that the Chief is requesting this.")],
) -> None:
    """Unlock the Chief's account after five failed log-ins, when no administrator can do it.

    On the pages, an ALPR administrator unlocks everyone else, and the Chief the last administrator.

    Example: plateward people release hector --reason "He stands beside me. His badge is 1."
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.people.access.suspensions.actions import release_chief
    from plateward.people.models import Person

    person = Person.objects.filter(username=username.lower()).first()
    if person is None:
        raise PlatewardError(f"There is no account '{username}'. No one was released.")
    release_chief(command_line_actor("people release"), person, reason)
    typer.echo(f"{person.full_name} may log in again.")


def parse_day(text: str, where: str) -> date:
    """A day as typed. Raises PlatewardError, which names `where` it stood."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PlatewardError(
            f"{where}: '{text}' is not a date; write 2026-11-24. Nothing was created."
        ) from error


@app.command("import")
def import_people(
    file: Annotated[
        Path, typer.Argument(help="A CSV file: username,name,badge,rank,role,unit,district,supervisor,…")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Create accounts from a file and request their access; prints each rejected line.

    Columns: username, name, badge and role; and, where there are any, rank, unit, district, supervisor (a username),
    agency, sworn (yes or no), employed_since and employed_until (2026-11-24). Somebody else approves each; then an ALPR
    administrator gives a first password.

    Example: plateward people import academy.csv --dry-run
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.people.bulk_import import actions
    from plateward.people.bulk_import.table import COLUMNS

    actor = command_line_actor("people import")
    preview = actions.preview_import(actor, file.name, read_file(file, COLUMNS))
    parsed = preview.change if dry_run else actions.apply_import(actor, preview.upload)
    if as_json:
        result = {
            "added": not dry_run,
            "people": [row.username for row in parsed.rows],
            "units": sorted(parsed.units),
            "districts": list(parsed.districts),
            "rejected": [rejection._asdict() for rejection in parsed.rejections],
        }
        typer.echo(json.dumps(result))
        return
    _print_rejected(parsed.rejections)
    would = "would be added" if dry_run else "added, each waiting for approval"
    typer.echo(f"{len(parsed.rows)} people {would}; {len(parsed.rejections)} lines rejected.")


@app.command()
def train(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file: badge or username, course, date, issuer; optional score, document."),
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import training records from a file; prints what is added, what is on file already, and each rejected line.

    Example: plateward people train academy.csv --dry-run
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.people.training.actions import records
    from plateward.people.training.record_csv import COLUMNS

    actor = command_line_actor("people train")
    preview = records.preview_file(actor, file.name, read_file(file, COLUMNS))
    change, applies = preview.change, bool(preview.change.added) and not dry_run
    if applies:
        change = records.apply_records(actor, preview.upload)
    if as_json:
        rejected = [rejection._asdict() for rejection in change.rejected]
        typer.echo(json.dumps({"applied": applies} | change.counts | {"rejected": rejected}))
        return
    _print_rejected(change.rejected)
    would = "" if applies else "would be "
    typer.echo(
        f"{file.name}: {len(change.added)} {would}added, {len(change.unchanged)} unchanged, "
        f"{len(change.rejected)} rejected."
    )


def read_file(file: Path, columns: "CsvColumns") -> bytes:
    """At most one byte more than a file may have, so that a larger one is noticed."""
    try:
        with file.open("rb") as opened:
            return opened.read(columns.max_bytes + 1)
    except OSError as error:
        raise PlatewardError(f"{file} cannot be read: {error.strerror}. Nothing was added.") from error


def _print_rejected(rejections: "Iterable[RejectedLine]") -> None:
    for rejection in rejections:
        typer.echo(f"line {rejection.line} rejected: {rejection.why}: {rejection.row}", err=True)


@app.command()
def access(
    as_of: Annotated[
        str,
        typer.Option(help="A day (its end) or a time, such as 2026-03-01 or 2026-03-01T14:30; default: now."),
    ] = "",
    as_json: AsJson = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write the list to this CSV file.", dir_okay=False, show_default=False)
    ] = None,
) -> None:
    """List who has or had access: role, unit, supervisor, since when, who approved it, and what was missing.

    Example: plateward people access --as-of 2026-03-01 --csv access.csv
    """
    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.ground import clock
    from plateward.people.access.register.rows import ExportFormat, export_register, register_rows
    from plateward.people.access.register.times import parse_time

    moment = parse_time(as_of) if as_of else clock.now()
    rows, actor = register_rows(moment), command_line_actor("people access")
    if csv:
        content = export_register(actor, rows, moment, ExportFormat.CSV)
        try:
            csv.write_bytes(content)
        except OSError as error:
            raise PlatewardError(f"The list could not be written to {csv}: {error.strerror}.") from error
    content = export_register(actor, rows, moment, ExportFormat.JSON) if as_json or not csv else b""
    if as_json:
        typer.echo(content.decode(), nl=False)
    elif csv:
        typer.echo(f"{csv}: {len(rows)} people.")
    else:
        for row in rows:
            state = "authorized" if row.authorized else "; ".join(row.lacked)
            typer.echo(f"{row.username}\t{row.name}\t{row.role.label}\t{row.unit}\t{state}")


@app.command()
def matrix(
    as_json: AsJson = False,
) -> None:
    """Print every permission with the roles that have it, from the table that the hub itself asks.

    Example: plateward people matrix --json
    """
    setup()
    from plateward.people.matrix import addresses_by_permission

    if as_json:
        permissions = [
            {
                "permission": permission,
                "description": permission.label,
                "roles": sorted(permission.roles),
                "routes": addresses,
            }
            for permission, addresses in addresses_by_permission().items()
        ]
        typer.echo(json.dumps({"roles": dict(Role.choices()), "permissions": permissions}))
        return
    for permission in addresses_by_permission():
        names = ", ".join(role.label for role in sorted(permission.roles)) or "nobody"
        typer.echo(f"{permission:20}  {permission.label}: {names}")
