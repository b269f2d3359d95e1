"""`plateward policy`: what stands for each clause."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from plateward.ground import clock
from plateward.ground.commands import commands
from plateward.ground.policy.evidence import live_facts
from plateward.ground.policy.packs import Pack, PackError, known_packs, packs
from plateward.ground.policy.present import print_table, to_markdown
from plateward.ground.policy.report import policy_report

app = commands(
    "Show the policy: the packs that the agency selected.\n\nExample: plateward policy report",
)


@app.command("report")
def report_command(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: a list with one object per clause.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/clauses.md.")] = False,
    pack: Annotated[str, typer.Option(help="Only this pack, selected or not: WA.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also packs that are not selected.")] = False,
) -> None:
    """Report every clause: mechanism, the code and tests that name it, live evidence from this machine's hub, gaps.

    Example: plateward policy report --json
    """
    if as_json and as_markdown:
        raise typer.BadParameter("choose one of --json and --markdown")
    if pack and every:
        raise typer.BadParameter("choose one of --pack and --all")
    chosen = known_packs() if every else _named(pack) if pack else packs()
    # The page describes the code, whatever hub is here.
    lines = (
        policy_report(rule_books=chosen)
        if as_markdown
        else policy_report(live_facts(), clock.now().isoformat(), chosen)
    )
    if as_json:
        print(json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=1))
    elif as_markdown:
        print(to_markdown(lines), end="")
    else:
        print_table(lines, Console())


def _named(id: str) -> Sequence[Pack]:
    found = [pack for pack in known_packs() if pack.id == id]
    if not found:
        every = ", ".join(pack.id for pack in known_packs())
        raise PackError(f"There is no policy pack {id}. Name one of {every}.")
    return found
