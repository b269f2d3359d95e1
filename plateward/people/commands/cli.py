"""`plateward people …`: setting up a hub, and named accounts."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plateward.db.setup import setup
from plateward.errors import PlatewardError
from plateward.people.commands.imports_cli import import_people, training
from plateward.people.commands.reports_cli import access, matrix
from plateward.people.permissions import Role

if TYPE_CHECKING:
    from plateward.people.commands.first_offices import CourseEvidence

EVIDENCE = ("person", "course", "issuer", "date")  # the columns; "document" may follow
MAX_EVIDENCE = 1024 * 1024  # bytes

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="At the hub: set up an empty hub, create accounts, import people.\n\n"
    'Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --role officer',
)
app.add_typer(training, name="train")
app.command("import")(import_people)
app.command()(matrix)
Json = Annotated[bool, typer.Option("--json", help="Print usernames and passwords as JSON.")]


@app.callback()
def people() -> None:
    """At the hub: set up an empty hub, create accounts, import people."""


@app.command()
def begin(
    chief: Annotated[str, typer.Option(help="The Chief's username.")],
    chief_name: Annotated[str, typer.Option(help="The Chief's full name.")],
    chief_badge: Annotated[str, typer.Option(help="The Chief's badge or personnel number.")],
    chief_order: Annotated[str, typer.Option(help="The document that appoints the Chief.")],
    administrator: Annotated[str, typer.Option(help="The first ALPR administrator's username.")],
    administrator_name: Annotated[str, typer.Option(help="The administrator's full name.")],
    administrator_badge: Annotated[str, typer.Option(help="The administrator's badge or personnel number.")],
    order: Annotated[str, typer.Option(help="The Chief's order that designates the administrator.")],
    since: Annotated[str, typer.Option(help="First day of the order; default: today.")] = "",
    until: Annotated[str, typer.Option(help="Last day of the order, if it ends.")] = "",
    training: Annotated[
        Path | None,
        typer.Option(help=f"A CSV file of the training that both completed: {','.join(EVIDENCE)},document."),
    ] = None,
    taken: Annotated[
        list[str] | None, typer.Option(help="One completed course, as person,course,issuer,date. Repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set up an empty hub with its Chief and first ALPR administrator, by the Chief's order (clause 6.b.i).

    Prints a one-time password for each, once, to hand over in person. Both may work when their training is
    recorded: with --training or --taken, or later. Dates are 2026-11-24. Courses: policy, equipment, ncic, cjis;
    the administrator besides: advanced-cjis, advanced-ncic, administration.

    Example: plateward people begin --chief hector --chief-name "Hector Herrera" --chief-badge 1 --chief-order
    "Appointment of January 2, 2024" --administrator gloria --administrator-name "Gloria Gallegos"
    --administrator-badge 1001 --order "Order 2026-1" --training evidence.csv
    """
    setup()
    from datetime import timedelta

    from plateward import clock
    from plateward.audit.actor import command_line_actor
    from plateward.people import days
    from plateward.people.access.offices.rules import OfficeOrder
    from plateward.people.commands import first_offices

    begins = days.start_of(_parse_day(since, "--since")) if since else clock.now()
    ends = days.start_of(_parse_day(until, "--until") + timedelta(days=1)) if until else None
    evidence = [
        *(_evidence_of(training) if training else []),
        *(_evidence_in(item, next(csv.reader([item]))) for item in taken or []),
    ]
    made = first_offices.begin_hub(
        command_line_actor("people begin"),
        first_offices.Officeholder(chief, chief_name, chief_badge, OfficeOrder(chief_order, clock.now())),
        first_offices.Officeholder(
            administrator, administrator_name, administrator_badge, OfficeOrder(order, begins, ends)
        ),
        evidence,
    )
    _print_passwords({person.username: password for person, password in made}, as_json)


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
    as_json: Json = False,
) -> None:
    """Create an account; prints a one-time password to hand over in person.

    The person then chooses a password and sets up a second factor. The account has no access. With --role,
    access is requested; the Chief or an ALPR administrator approves it on the pages.

    Example: plateward people create ada --name "Ada Archuleta" --rank Agent --badge 4112 --sworn --role officer
    --unit "Unit 12" --supervisor carla --reason "Patrol in District 5"
    """
    if role is None and (reason or unit or supervisor):
        raise typer.BadParameter("A reason, unit and supervisor go with a role only.", param_hint="--role")
    setup()
    from plateward.audit.actor import command_line_actor
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
        wanted=actions.RequestedAccess(role, reason, unit, above) if role else None,
    )
    _print_passwords({person.username: password}, as_json)


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
    from plateward.audit.actor import command_line_actor
    from plateward.people.access.suspensions.actions import release_chief
    from plateward.people.models import Person

    person = Person.objects.filter(username=username.lower()).first()
    if person is None:
        raise PlatewardError(f"There is no account '{username}'. No one was released.")
    release_chief(command_line_actor("people release"), person, reason)
    typer.echo(f"{person.full_name} may log in again.")


app.command()(access)


def _print_passwords(passwords: dict[str, str], as_json: bool) -> None:
    """First passwords, shown here and never again."""
    accounts = [{"username": username, "password": password} for username, password in passwords.items()]
    if as_json:
        typer.echo(json.dumps(accounts if len(accounts) > 1 else accounts[0]))
    elif len(accounts) == 1:
        typer.echo(accounts[0]["password"])
    else:
        for account in accounts:
            typer.echo(f"{account['username']}  {account['password']}")


def _evidence_of(file: Path) -> "list[CourseEvidence]":
    try:
        if file.stat().st_size > MAX_EVIDENCE:
            raise PlatewardError(f"{file} is larger than a megabyte. Nothing was created; split it.")
        lines = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlatewardError(
            f"{file} cannot be read as CSV in UTF-8: {error}. Nothing was created."
        ) from error
    if not lines or tuple(lines[0][: len(EVIDENCE)]) != EVIDENCE:
        raise PlatewardError(f"The first line of {file} is not {','.join(EVIDENCE)}. Nothing was created.")
    return [_evidence_in(f"{file}, line {number}", row) for number, row in enumerate(lines[1:], 2) if row]


def _evidence_in(where: str, row: list[str]) -> "CourseEvidence":
    from plateward.people.commands.first_offices import CourseEvidence

    if len(row) not in (len(EVIDENCE), len(EVIDENCE) + 1):
        raise PlatewardError(f"{where}: this is not {','.join(EVIDENCE)}. Nothing was created.")
    person, course, issuer, day, *document = (text.strip() for text in row)
    return CourseEvidence(person, course, issuer, _parse_day(day, where), *document)


def _parse_day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PlatewardError(
            f"{where}: '{text}' is not a date; write 2026-11-24. Nothing was created."
        ) from error
