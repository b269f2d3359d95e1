"""`plateward demo`: a whole small agency, thrown away at the end."""

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    source: Annotated[
        Path | None,
        typer.Option(help="A folder of your own photos, or a video, instead of the demo's footage."),
    ] = None,
    smoke: Annotated[
        bool,
        typer.Option("--smoke", help="Run the whole main job in headless Chromium, then stop: exit 0 or 1."),
    ] = False,
    night: Annotated[
        bool,
        typer.Option(
            "--night", help="Play a night shift in ten minutes: reads, alerts, a request, a malfunction."
        ),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="The people's port. Unless given: 8443, or any other that is free."
        ),
    ] = None,
    screens: Annotated[
        Path | None, typer.Option(help="With --smoke: save a screenshot of each step in this folder.")
    ] = None,
) -> None:
    """Run a throw-away agency: people, hot lists, an NCIC simulator, the hub, a reader on sample footage.

    Example: plateward demo --night --port 9443
    """
    if screens and not smoke:
        raise typer.BadParameter("Screenshots are taken with --smoke only.", param_hint="--screens")
    if source and smoke:
        raise typer.BadParameter("--smoke works only with the demo's own footage.", param_hint="--source")
    if night and (source or smoke):
        raise typer.BadParameter(
            "A night is played with the demo's own footage, for people.", param_hint="--night"
        )
    from plateward.demo.run import run

    if port:
        os.environ["PLATEWARD_PORT"] = str(port)
    run(source.absolute() if source else None, smoke, screens, night=night)
