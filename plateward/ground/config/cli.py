"""`plateward config …`: whether the site's file is usable, and the reference of all settings."""

from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin

import typer

from plateward.ground.commands import commands
from plateward.ground.config import reading
from plateward.ground.config.keys import AUTHORITIES, SECRETS

app = commands(
    "Check the site's settings, plateward.toml.\n\nExample: plateward config check",
)
HEAD = """# Settings

<!-- Written by `plateward config reference`. -->
A site sets these in **`plateward.toml`**, which [`plateward init`](install.md) writes: the file that `PLATEWARD_CONFIG`
names, or else the one in `PLATEWARD_HOME` where that is set, or else `/etc/plateward/plateward.toml`. A path in it is
meant from its folder. `plateward config check` names each wrong key with its line and what to do; a hub does not start
with one. What a person may change while the hub runs is on its pages.

The environment overrides the file: `near_km` of `[alerts]` is `PLATEWARD_ALERTS_NEAR_KM` there, a key before all
sections has its own name alone (`PLATEWARD_PORT`), and lists have commas.
"""
SECRETS_HEAD = """
## Secrets
Never in `plateward.toml`: each is a file in the folder `secrets` that other users of the machine cannot read, or a
credential that systemd hands over, as `LoadCredential=plateward-dems-secret:…`.

| file | systemd's credential | is |
|---|---|---|
"""
AUTHORITIES_HEAD = """
## Authorities
A PEM file in the folder `authorities` says whose signature the certificate of an outside system must bear.

| file | for |
|---|---|
"""
TAIL = """
At a reader, `PLATEWARD_READER_HOME` is its folder instead of `--home`. For tests, benchmarks and the demo alone:
`PLATEWARD_SHARED`, `PLATEWARD_TEST_POSTGRES`, `PLATEWARD_CHROMIUM`; see [developer.md](../developer.md).
"""


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The file; default: the one that a hub here would read.")
    ] = None,
) -> None:
    """Name each wrong key of plateward.toml, with its line and what to do.

    Example: plateward config check /etc/plateward/plateward.toml
    """
    path = file.absolute() if file else reading.config_file()
    problems = list(reading.parse(path).problems) if path else []
    problems += [f"{name} in the environment is no setting." for name in reading.unknown_variables()]
    if not problems:
        reading.read()
        typer.echo(f"{path or 'The environment (there is no plateward.toml)'}: every setting is usable.")
        return
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1)


@app.command()
def reference() -> None:
    """Print the reference of all settings, which is docs/administrator/settings.md.

    Example: plateward config reference
    """
    typer.echo(markdown(), nl=False)


def markdown() -> str:
    """docs/administrator/settings.md."""
    parts = [HEAD]
    for section, struct in reading.SECTIONS.items():
        keys = [key for key in reading.KEYS.values() if key.section == section]
        title = f"{struct.__doc__}: `[{section}]`" if section else str(struct.__doc__)
        parts.append(f"\n## {title}\n| key | default | means |\n|---|---|---|\n")
        parts += [f"| `{key.name}` | {_default(key)} | {_means(key)} |\n" for key in keys]
    parts.append(SECRETS_HEAD)
    parts += [f"| `{name}` | `plateward-{name}` | {about} |\n" for name, about in SECRETS.items()]
    parts.append(AUTHORITIES_HEAD)
    parts += [f"| `{name}.pem` | {about} |\n" for name, about in AUTHORITIES.items()]
    return "".join([*parts, TAIL])


def _default(key: reading.Key) -> str:
    if not key.default and key.default is not False:
        return "" if "default:" in key.said("description") else "none"
    if isinstance(key.default, bool):
        return f"`{str(key.default).lower()}`"
    if isinstance(key.default, tuple):
        return ", ".join(f"`{part}`" for part in key.default)
    return f"`{key.default}`"


def _means(key: reading.Key) -> str:
    bounds = ""
    if (least := key.said("ge")) is not None:
        bounds = f"; {least:,} to {key.said('le'):,}"
    elif get_origin(key.type) is Literal:
        bounds = f": {', '.join(f'`{choice}`' for choice in get_args(key.type))}"
    return f"{key.said('description')}{bounds}"
