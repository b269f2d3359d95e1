"""`plateward init`: from nothing to a hub that can be started: its settings, folders, keys, database, first accounts,
and a reader on this machine.

1. Asks what no default can say; `--yes` asks nothing, and takes a default for what was not given.
2. Writes plateward.toml and checks it. One that is there is taken as it stands, so that what broke off is gone on with.
3. Makes the hub's folders, for its user alone, with them the key ring, PostgreSQL's role for the hub, and the database.
4. Makes the accounts of the Chief and the first ALPR administrator, by the Chief's order, records what both have
   taken, and enrolls the reader: all of it, or nothing.
"""

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from plateward.core.audit.actor import Actor, command_line_actor
from plateward.ground import clock
from plateward.ground.config import reading
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.files import replace_file, replace_secret

app = typer.Typer(add_completion=False)
# What is asked, and what is taken if nothing is said.
SETTINGS = {
    "home": ("Folder of the hub's data", "/var/lib/plateward"),
    "hosts": ("Names and addresses by which the hub is reached, with commas", "localhost,127.0.0.1"),
    "agency.name": ("Name of the agency", ""),
    "agency.ori": ("Its ORI", "NM0000000"),
    "packs": ("Policies and laws, with commas", "OPR50,CJIS,SB40"),
    "database.url": ("Address of a PostgreSQL database (empty: encrypted files)", ""),
    "database.owner": ("The role that owns its tables (empty: the address's own)", ""),
    "disk.encryption": ("How its disk is encrypted", ""),
}
# The same of the hub's beginning; None: it has to be said.
BEGINNING = {
    "chief": ("The Chief's username", None),
    "chief_name": ("The Chief's full name", None),
    "chief_badge": ("The Chief's badge or personnel number", None),
    "chief_order": ("The document that appoints the Chief", None),
    "administrator": ("The first ALPR administrator's username", None),
    "administrator_name": ("Their full name", None),
    "administrator_badge": ("Their badge or personnel number", None),
    "order": ("The Chief's order that designates them", None),
    "since": ("Its first day, such as 2026-11-24 (empty: today)", ""),
    "until": ("Its last day (empty: it has none)", ""),
    "training": ("File of the training that both have taken (empty: recorded later)", ""),
    "reader": ("Name of a reader on this machine, such as unit-12 (empty: none)", ""),
    "camera": ("Its camera's name", "Camera 1"),
    "grounds": (
        "How the place that it records is exposed to public view (empty: a patrol vehicle's roads)",
        "",
    ),
    "decided_by": (
        "Who of command staff decided that, by username (empty: they approve it under Placements)",
        "",
    ),
}
OF_A_SERVER = ("database.owner", "disk.encryption")
OF_A_READER = ("camera", "grounds", "decided_by")


class NoInit(PlatewardError):
    """An answer is missing or unusable, or a folder cannot be made."""


@app.command()
def init(
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help=f"Answers that need not be asked: any setting, and {', '.join(BEGINNING)}.",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            help="The file of settings; default: by PLATEWARD_CONFIG or PLATEWARD_HOME, or in /etc."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is usual for the rest.")] = False,
) -> None:
    """Write plateward.toml, make the hub's folders, keys and database, the first two accounts by the Chief's order
    (clause 6.b.i), with what both have taken (5.d, 5.e), and a reader on this machine as command staff decided (6.e.v).

    Prints a password for one log-in of each, once, to hand over in person.

    Example: plateward init hosts=alpr.example.gov "agency.name=State Police"
    """
    given = dict(_parsed(answer) for answer in answers or ())
    named = os.environ.get("PLATEWARD_HOME")
    usual = Path(named).absolute() / reading.FILE if named else reading.MACHINE_FILE
    path = (file or Path(os.environ.get("PLATEWARD_CONFIG") or usual)).absolute()
    if path.exists():
        typer.echo(f"{path} is there and is taken as it stands.", err=True)
    else:
        settings = {name: given[name] for name in given if name not in BEGINNING}
        if named:
            settings.setdefault("home", named)
        for name, (question, value) in SETTINGS.items():
            if name not in settings and (name not in OF_A_SERVER or settings["database.url"]):
                settings[name] = _answer(name, question, value, yes=yes)
        _write(path, _toml(settings))
    os.environ["PLATEWARD_CONFIG"] = str(path)
    _make_folders()
    _make_role()
    said: dict[str, str] = {}
    for name, (question, usual_answer) in BEGINNING.items():
        asked = name not in OF_A_READER or said["reader"]
        said[name] = given.get(name) or (_answer(name, question, usual_answer, yes=yes) if asked else "")

    from plateward.core.db.setup import setup

    setup(migrated=False)
    _begin(said)


def _parsed(answer: str) -> tuple[str, str]:
    name, sign, value = answer.partition("=")
    if not sign or name not in reading.KEYS.keys() | BEGINNING:
        raise NoInit(f"'{answer}' is no answer. Write NAME=VALUE: a setting, or {', '.join(BEGINNING)}.")
    return name, value


def _answer(name: str, question: str, usual: str | None, *, yes: bool) -> str:
    if not yes:
        return str(typer.prompt(question, default=usual, show_default=bool(usual)))
    if usual is None:
        raise NoInit(f"With --yes, {name}=… is needed: {question}.")
    return usual


def _toml(answers: dict[str, str]) -> str:
    """The answers as plateward.toml; what is empty is left out."""
    sections: dict[str, list[str]] = {"": []}
    for name, answer in answers.items():
        key = reading.KEYS[name]
        value: object = answer.split(",") if isinstance(key.default, tuple) else answer
        if answer:
            lines = sections.setdefault(key.section, [])
            lines.append(
                f"# {key.said('description')}\n{key.name} = {json.dumps(value, ensure_ascii=False)}\n"
            )
    head = "# Settings of this hub. All there are: docs/administrator/settings.md; plateward config check.\n"
    return head + "".join(
        (f"\n[{section}]\n" if section else "") + "".join(lines) for section, lines in sections.items()
    )


def _write(path: Path, text: str) -> None:
    """Write a file of settings that is usable, or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o640)
    except OSError as error:
        raise NoInit(
            f"{path} cannot be written: {error.strerror}. Run this as a user who can, or name another with --file."
        ) from error
    reading.parse.cache_clear()
    if problems := reading.parse(path).problems:
        path.unlink()
        raise NoInit(f"{' '.join(problems)} Nothing was made.")


@enforces("6.i.i/keys")
def _make_folders() -> None:
    """For the hub's user alone."""
    site = reading.read()
    for folder in (site.home, site.home / "secrets", site.home / "authorities"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise NoInit(
                f"{folder} cannot be made: {error.strerror}. Make it for the hub's user, or choose another home."
            ) from error


@enforces("6.j.i/proven", "AU-9/append")
def _make_role() -> None:
    """The hub's own role on PostgreSQL, where another owns the tables: it logs in and no more. Its password is the
    secret, made if there is none."""
    site = reading.read()
    if not site.database.owner:
        return
    folder, role = site.home / "secrets", conninfo_to_dict(site.database.url).get("user")
    if not role or role == site.database.owner:
        raise NoInit("database.url needs the name of the hub's own role, another one than database.owner.")
    password = reading.secret_file(folder, "database-owner-password")
    try:
        with psycopg.connect(
            site.database.url,
            user=site.database.owner,
            password=password.read_text().strip() if password else None,
            autocommit=True,
        ) as server:
            if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                return
            own = reading.secret_file(folder, "database-password")
            if own is None:
                replace_secret(own := folder / "database-password", [secrets.token_urlsafe(32).encode()])
            # Scrambled here: the server's log may have the statement.
            hashed = server.pgconn.encrypt_password(
                own.read_bytes().strip(), str(role).encode(), b"scram-sha-256"
            )
            server.execute(
                SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(str(role)), hashed.decode())
            )
    except psycopg.Error as error:
        raise NoInit(
            f"The database's owner {site.database.owner} cannot make the role {role}: {' '.join(str(error).split())} "
            "Make the owner with CREATEROLE and the database as docs/administrator/install.md says, and put the "
            "owner's password into the secret database-owner-password."
        ) from error


def _begin(said: dict[str, str]) -> None:
    """The database, and in one act the accounts, their training and the reader. Prints the passwords, and what keeps
    either person from working. Raises NoInit, Refused, AccountError, NotACsvFile."""
    from django.conf import settings

    from plateward.people import days
    from plateward.people.access.offices.rules import OfficeOrder
    from plateward.people.access.standing import standing_of
    from plateward.people.commands.cli import parse_day, read_file
    from plateward.people.commands.first_offices import Officeholder, begin_hub
    from plateward.people.training.actions import records
    from plateward.people.training.record_csv import COLUMNS
    from plateward.serve.hub import prepare

    now, actor, hosts = clock.now(), command_line_actor("init"), settings.ALLOWED_HOSTS
    begins = days.start_of(parse_day(said["since"], "since")) if said["since"] else now
    ends = days.start_of(parse_day(said["until"], "until") + timedelta(days=1)) if said["until"] else None
    evidence = Path(said["training"]) if said["training"] else None
    content = read_file(evidence, COLUMNS) if evidence else b""
    hub = f"https://{'localhost' if 'localhost' in hosts else hosts[0]}:{settings.DEVICE_PORT}"
    place = Path(os.environ.get("PLATEWARD_READER_HOME") or f"{reading.read().home}-reader").absolute()
    prepare()
    orders = {
        "chief": OfficeOrder(said["chief_order"], now),
        "administrator": OfficeOrder(said["order"], begins, ends),
    }
    two = (Officeholder(said[who], said[f"{who}_name"], said[f"{who}_badge"], orders[who]) for who in orders)
    with begin_hub(actor, *two) as made:
        if evidence:
            preview = records.preview_file(actor, evidence.name, content)
            for line in preview.change.rejected:
                raise NoInit(f"{evidence}, line {line.line}: {line.why}. No account was made.")
            records.apply_records(actor, preview.upload)
        if said["reader"]:
            where = {name: said[name] for name in ("grounds", "decided_by") if said[name]}
            enroll_here(actor, place, said["reader"], said["camera"], hub=hub, **where)
    for person, password in made:
        typer.echo(f"{person.username}  {password}")
        if missing := standing_of(person).missing:
            lacks = ", ".join(lack.text for lack in missing)
            typer.echo(f"{person} cannot work yet: {lacks}. See: plateward people train", err=True)
    then = f", then: plateward reader --home {place} --source … --position …" if said["reader"] else ""
    typer.echo(
        f"Next: start the hub (systemctl enable --now plateward-hub; in a checkout, plateward serve){then}",
        err=True,
    )


def enroll_here(actor: Actor, home: Path, name: str, camera: str, **where: str) -> None:
    """Enroll a reader of this machine at its hub: ask, grant, accept. `where`, and what it raises: see enroll_reader;
    besides, NotReady."""
    from plateward.field.fleet.actions import enroll_reader
    from plateward.reader.enroll import accept_grant, make_request
    from plateward.reader.home import Home, explain_disk_errors

    place, grant = Home(home), home / "grant.json"
    with explain_disk_errors(home):
        granted = enroll_reader(actor, make_request(place, name, camera), **where)
        replace_file(grant, msgspec.json.encode(granted))
        accept_grant(place, grant)
