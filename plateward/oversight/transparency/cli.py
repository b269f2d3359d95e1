"""`plateward transparency`: an outsider recounts what an agency published, and its yearly report. No hub needed."""

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from plateward.core.audit.export_entries import NotProven
from plateward.core.audit.tlog.policy import UNWITNESSED
from plateward.core.audit.verify import require_quorum, verify_log
from plateward.ground.commands import AsJson, commands
from plateward.ground.progress import progress_bar
from plateward.oversight.transparency.counting import FIGURES
from plateward.oversight.transparency.recount import count_export, read_bounded, recount
from plateward.oversight.transparency.year_file import differences, parse_year

app = commands(
    "Recount what an agency published of its license plate readers. No hub needed.\n\n"
    "Example: plateward transparency recount transparency.json transparency-proofs.json",
)
Key = Annotated[str | None, typer.Option(help="The log's public key, as the agency states it.")]
Policy = Annotated[
    Path | None, typer.Option(help="A witness policy (C2SP's tlog-policy) whose quorum must have cosigned.")
]


@app.command("recount")
def recount_files(
    files: Annotated[
        list[Path], typer.Argument(help="The published JSON or CSV, or both, and the file of proofs.")
    ],
    key: Key = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """Compare published files with the log's proven entries; each count that differs is named.

    Example: plateward transparency recount transparency.csv transparency-proofs.json --key 3q2+7w…
    """
    done = recount({path.name: read_bounded(path) for path in files}, key)
    proven = done.proven
    cosigners = require_quorum(proven.checkpoint, proven.key, proven.announced, policy) if policy else []
    _end(
        {"values": done.values, "wrong": done.wrong, "trusted": proven.trusted, "cosigners": cosigners},
        done.wrong,
        f"All {done.values:,} values are those of {len(proven.entries):,} entries, proven in the log "
        f"{proven.origin} of {proven.size:,} entries"
        + _whose(trusted=proven.trusted)
        + (
            f"; cosigned by {', '.join(cosigners) or 'no witness'}, as the policy requires."
            if policy
            else f". {UNWITNESSED}"
        ),
        as_json=as_json,
    )


@app.command("yearly")
def count_year(
    year: Annotated[int, typer.Argument(help="The year of the agency.", min=2020, max=2100)],
    log: Annotated[Path, typer.Argument(help="The log, as `plateward audit export` wrote it, with details.")],
    report: Annotated[Path | None, typer.Option(help="The agency's report (JSON) to compare with.")] = None,
    key: Key = None,
    policy: Policy = None,
    zone: Annotated[
        str, typer.Option(help="The agency's time zone, if no report names it.")
    ] = "America/Denver",
    as_json: AsJson = False,
) -> None:
    """Prove an exported log, and count SB 40's yearly figures from it; with a report, say where it differs.

    Example: plateward transparency yearly 2026 log.jsonl --report sb40-2026.json
    """
    said = parse_year(read_bounded(report)) if report else None
    try:
        place = ZoneInfo(said.time_zone if said else zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NotProven(f"“{said.time_zone if said else zone}” is no time zone.") from error
    if said and said.year != year:
        raise NotProven(f"{report} is the report of {said.year}, not of {year}.")
    size = log.stat().st_size if log.exists() else 0
    with progress_bar(f"Proving {log.name}") as show:
        proven = verify_log(log, key, None, lambda read: show(read, 2 * size))
        cosigners = require_quorum(proven.checkpoint, proven.key, proven.announced, policy) if policy else []
        figures = count_export(
            log, year, place, lambda read: show(size + read, 2 * size, "Counting")
        ).figures()
    wrong = differences(said.figures, figures, f"{report}: {year}") if said else []
    if proven.withheld:
        wrong.append(
            f"{proven.withheld:,} entries of the log came without details: the counts cannot be whole"
        )
    text = "\n".join(f"{figures[name]:>15,}  {label}" for name, label in FIGURES.items())
    _end(
        {"year": year, "figures": figures, "wrong": wrong, "trusted": proven.trusted, "cosigners": cosigners},
        wrong,
        f"{text}\nCounted from {proven.entries:,} proven entries{_whose(trusted=proven.trusted)}."
        + f" The report of {year} equals them to the last digit." * bool(said),
        as_json=as_json,
    )


def _whose(*, trusted: bool) -> str:
    return "" if trusted else " (according to the file itself: use --key to confirm whose it is)"


def _end(result: dict[str, object], wrong: list[str], text: str, *, as_json: bool) -> None:
    """Print what was found. Raises NotProven if anything is wrong."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    elif not wrong:
        typer.echo(text)
    else:
        typer.echo("\n".join(wrong))
    if wrong:
        raise NotProven(
            f"{len(wrong)} counts differ from the log." if len(wrong) > 1 else "1 count differs from the log."
        )
