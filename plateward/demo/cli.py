"""`plateward demo`: a whole small agency, thrown away at the end."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    source: Annotated[
        Path | None,
        typer.Option(help="A folder of your own photos, or a video, instead of the drawn footage."),
    ] = None,
    smoke: Annotated[
        bool,
        typer.Option("--smoke", help="Run the whole main job in headless Chromium, then stop: exit 0 or 1."),
    ] = False,
    screens: Annotated[
        Path | None, typer.Option(help="With --smoke: save a screenshot of each step in this folder.")
    ] = None,
) -> None:
    """Run a throw-away agency: people, hot lists, an NCIC simulator, the hub, a reader on sample footage.

    Example: plateward demo --source ~/photos
    """
    if screens and not smoke:
        raise typer.BadParameter("Screenshots are taken with --smoke only.", param_hint="--screens")
    if source and smoke:
        raise typer.BadParameter("--smoke works only with the drawn footage.", param_hint="--source")
    from plateward.demo.run import run

    run(source.absolute() if source else None, smoke, screens)
