"""`plateward init`: from nothing to a hub that can be started: its settings, folders, keys, database, first accounts.

1. Asks what no default can say; `--yes` asks nothing, and takes a default for what was not given.
2. Writes plateward.toml and checks it. One that is there is taken as it stands, so that what broke off is gone on with.
3. Makes the hub's folders, for its user alone, and with them the key ring and the database.
4. Makes the accounts of the Chief and the first ALPR administrator, by the Chief's order.
"""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from plateward.ground.config import reading
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

app = typer.Typer(add_completion=False)
# What is asked, and what is taken if nothing is said.
SETTINGS = {
    "home": ("Folder of the hub's data", "/var/lib/plateward"),
    "hosts": ("Names and addresses by which the hub is reached, with commas", "localhost,127.0.0.1"),
    "agency.name": ("Name of the agency", ""),
    "agency.ori": ("Its ORI", "NM0000000"),
    "packs": ("Policies and laws, with commas", "OPR50,CJIS,SB40"),
    "database.url": ("Address of a PostgreSQL database (empty: encrypted files)", ""),
    "disk.encryption": ("How its disk is encrypted", ""),
}
PEOPLE = {
    "chief": "The Chief's username",
    "chief_name": "The Chief's full name",
    "chief_badge": "The Chief's badge or personnel number",
    "chief_order": "The document that appoints the Chief",
    "administrator": "The first ALPR administrator's username",
    "administrator_name": "Their full name",
    "administrator_badge": "Their badge or personnel number",
    "order": "The Chief's order that designates them",
}


class NoInit(PlatewardError):
    """An answer is missing or unusable, or a folder cannot be made."""


@app.command()
def init(
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help=f"Answers that need not be asked: any setting, and {', '.join(PEOPLE)}.",
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
    """Write plateward.toml, make the hub's folders, keys and database, and the first two accounts (clause 6.b.i).

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
        settings = {name: given[name] for name in given if name not in PEOPLE}
        if named:
            settings.setdefault("home", named)
        for name, (question, value) in SETTINGS.items():
            if name not in settings and (name != "disk.encryption" or settings["database.url"]):
                settings[name] = _answer(name, question, value, yes=yes)
        _write(path, _toml(settings))
    os.environ["PLATEWARD_CONFIG"] = str(path)
    _make_folders()
    people: dict[str, Any] = {
        name: given.get(name) or _answer(name, question, None, yes=yes) for name, question in PEOPLE.items()
    }

    from plateward.core.db.setup import setup
    from plateward.people.commands.cli import begin

    setup(migrated=False)
    from plateward.serve.hub import prepare

    prepare()
    begin(**people)
    typer.echo(
        "Next: record what both have taken (plateward people train import), then: plateward serve", err=True
    )


def _parsed(answer: str) -> tuple[str, str]:
    name, sign, value = answer.partition("=")
    if not sign or name not in reading.KEYS.keys() | PEOPLE:
        raise NoInit(f"'{answer}' is no answer. Write NAME=VALUE: a setting, or {', '.join(PEOPLE)}.")
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
