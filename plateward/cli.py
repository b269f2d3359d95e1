"""The one entry point. Each room keeps its commands in its own `cli.py`, loaded only when one is called,
so that a reader runs with no Django installed."""

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from plateward.ground.errors import PlatewardError
from plateward.ground.vault.memory import leave_no_core_dump

# command → the module whose `app` holds it, and its line in `plateward --help`.
COMMANDS = {
    "demo": ("plateward.demo.cli", "Run a throw-away agency on this machine to try everything."),
    "init": ("plateward.serve.init", "Set up a hub: its settings, folders, keys, database, first accounts."),
    "serve": (
        "plateward.serve.cli",
        "Run the hub: listeners for people and for readers, and background jobs.",
    ),
    "config": ("plateward.ground.config.cli", "Check the site's settings, plateward.toml."),
    "doctor": ("plateward.serve.doctor", "At the hub: say how each part of the system is, and what to do."),
    "reader": (
        "plateward.reader.cli",
        "Run a reader at the roadside: photograph, read, match, sound alarms, send.",
    ),
    "recognize": (
        "plateward.reader.recognize",
        "Read the plates in images, folders and videos. Needs no hub.",
    ),
    "enroll": ("plateward.reader.enroll", "At the reader: request enrollment, then accept the hub's grant."),
    "keys": (
        "plateward.serve.keys",
        "Seal the keys of a reader or a hub; rotate the hub's, and show their versions.",
    ),
    "fleet": ("plateward.field.fleet.cli", "At the hub: enroll, list and revoke readers."),
    "hotlist": ("plateward.field.hotlists.commands.cli", "At the hub: import hot lists."),
    "people": (
        "plateward.people.commands.cli",
        "At the hub: create accounts, import people.",
    ),
    "audit": ("plateward.core.audit.cli", "Export the audit log; verify an export without the hub."),
    "evidence": ("plateward.work.evidence.cli", "Check evidence packages, without the hub."),
    "retention": (
        "plateward.work.retention.cli",
        "At the hub: destroy what is past its term, with a certificate.",
    ),
    "backup": (
        "plateward.serve.backup.cli",
        "At the hub: back up, and test that the backup can be restored.",
    ),
    "restore": ("plateward.serve.backup.restore_cli", "Restore a backup into an empty home."),
    "upgrade": ("plateward.serve.upgrade.cli", "At the hub: undo an upgrade, or confirm it."),
    "searches": ("plateward.work.searches.commands.cli", "Judge the reasons of searches. No hub needed."),
    "oversight": (
        "plateward.oversight.cli",
        "Run a history through the detectors of misuse.",
    ),
    "transparency": (
        "plateward.oversight.transparency.cli",
        "Recount an agency's published counts and yearly report, without the hub.",
    ),
    "policy": ("plateward.ground.policy.cli", "Report every clause: mechanism, code, tests, gaps."),
    "bench": ("plateward.bench.cli", "Run the project's own benchmarks."),
    "manage": ("plateward.core.db.manage", "Run Django's own commands, such as migrate."),
}


ROOT = Path(__file__).parents[1]


class MissingExtra(PlatewardError):
    """A command was called whose packages are not installed here."""


def is_installed(module: str) -> bool:
    """Whether this module of ours is here: a package that only verifies, and the release of a hub, have not all."""
    return ROOT.joinpath(*module.split(".")).with_suffix(".py").exists()


class LazyCommands(TyperGroup):
    """Loads a room's commands when they are called, and no sooner."""

    listing = False

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.listing = True
        super().format_help(ctx, formatter)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [name for name, (module, _) in COMMANDS.items() if is_installed(module)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        if not is_installed(module):
            raise MissingExtra(
                f"'plateward {cmd_name}' is not part of what is installed here. The demo and the benchmarks "
                "come with the release file plateward_dev-….whl, everything else with plateward-….whl."
            )
        if self.listing:
            return TyperCommand(cmd_name, callback=lambda: None, help=summary)
        try:
            room = importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("plateward"):
                raise
            raise MissingExtra(
                f"'plateward {cmd_name}' needs the package '{missing.name}', which is not installed here. "
                "Install the release file with its extra: pip install './plateward-….whl[hub]', or [reader]."
            ) from missing
        return typer.main.get_command(room.app)


app = typer.Typer(
    cls=LazyCommands,
    help="Plateward: automated license plate reading. Code that enforces a policy clause names it.\n\n"
    "Example: plateward demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        from plateward.version import described

        typer.echo(f"plateward {described()}")
        raise typer.Exit


@app.callback()
def plateward(
    _: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Plateward."""


def main() -> None:
    """Exit 0 on success, 2 on wrong usage, 1 on failure with one clear line on stderr."""
    leave_no_core_dump()
    try:
        code = app(prog_name="plateward", standalone_mode=False)
    except PlatewardError as error:
        _exit(str(error), 1)
    except typer.Abort:
        _exit("Stopped. Nothing more was done.", 1)
    except (
        TyperException
    ) as error:  # wrong usage; without a message its help was printed, as nothing was asked
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "plateward"
        message = " ".join(error.format_message().split()).rstrip(".")
        _exit(f"{message}. See: {command} --help" if message else "", 2)
    sys.exit(code if isinstance(code, int) else 0)


def _exit(line: str, code: int) -> NoReturn:
    if line:
        print(f"plateward: {line}", file=sys.stderr)
    sys.exit(code)
