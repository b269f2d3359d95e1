"""`plateward policy`: what stands for each clause."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from plateward.policy.evidence import live_evidence
from plateward.policy.present import print_table, to_markdown
from plateward.policy.report import policy_report

app = typer.Typer(
    add_completion=False,
    help="Show the policy: OPR:50, CJIS, SB 40.\n\nExample: plateward policy report",
    no_args_is_help=True,
)


@app.callback()
def policy() -> None:
    """Show the policy: OPR:50, CJIS, SB 40."""


@app.command("report")
def report_command(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document: a list with one object per clause.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/clauses.md.")] = False,
) -> None:
    """Report every clause: mechanism, the code and tests that name it, gaps.

    Example: plateward policy report --json
    """
    if as_json and as_markdown:
        raise typer.BadParameter("choose one of --json and --markdown")
    lines = policy_report(
        {} if as_markdown else live_evidence()
    )  # the page describes the code, whatever hub is here
    if as_json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1))
    elif as_markdown:
        print(to_markdown(lines), end="")
    else:
        print_table(lines, Console())
