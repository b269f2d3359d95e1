"""`plateward upgrade`: what the last upgrade of this hub was, and whether it stays."""

import json
from typing import Annotated

import typer

from plateward.ground.commands import AsJson, commands

app = commands(
    "At the hub: undo an upgrade, or confirm it. Installing a newer version and starting the hub is what upgrades."
    "\n\nExample: plateward upgrade status",
)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether an upgrade waits for its confirmation, and what undoes it.

    Example: plateward upgrade status
    """
    from plateward.core.db.setup import require_hub, setup

    require_hub()
    setup(migrated=False, whole=False)
    from plateward.serve.upgrade.keeping import standing

    state = standing()
    typer.echo(json.dumps(state.facts) if as_json else str(state))


@app.command()
def undo(
    administrator: Annotated[str, typer.Option(help="Full name of the responsible ALPR administrator.")],
    reason: Annotated[str, typer.Option(help="Why the upgrade is undone.")],
    as_json: AsJson = False,
) -> None:
    """The hub stopped: put the database back as it was before the upgrade. What the log lost is stated on it for good.

    Example: plateward upgrade undo --administrator "Gloria Gallegos" --reason "Searches fail"
    """
    from plateward.core.db.setup import require_hub, setup

    if not (administrator.strip() and reason.strip()):
        raise typer.BadParameter("a person answers for it, and has a reason.", param_hint="--administrator")
    require_hub()
    setup(migrated=False, whole=False)
    from plateward.core.audit.actor import command_line_actor
    from plateward.serve.upgrade import undoing

    made, since = undoing.undo(command_line_actor("upgrade undo"), administrator.strip(), reason.strip())
    result = {"before": made.before, "after": made.after, "at": made.at.isoformat(), "entries_since": since}
    what = "of the audit log came in since, with what they record: alerts, searches, reviews. Reads stay."
    lost = "" if since is None else f" {since:,} entries {what}"
    text = (
        f"The database is as it was at {made.at:%Y-%m-%d %H:%M:%S} UTC.{lost} The upgraded one is kept until "
        f"'plateward upgrade confirm'.\nInstall {made.before}, and start the hub."
    )
    typer.echo(json.dumps(result) if as_json else text)


@app.command()
def confirm(as_json: AsJson = False) -> None:
    """Keep the upgrade, or its undoing, for good: what would take it back is erased.

    Example: plateward upgrade confirm
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.serve.upgrade import undoing

    made = undoing.confirm(command_line_actor("upgrade confirm"))
    result = {"before": made.before, "after": made.after, "at": made.at.isoformat()}
    typer.echo(json.dumps(result) if as_json else f"Confirmed: the upgrade of {made}. Its copy is erased.")
