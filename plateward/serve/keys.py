"""`plateward keys` at the hub: rotate keys while it runs, and show their versions."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from plateward.ground.commands import AsJson
from plateward.ground.progress import progress_bar
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.passphrase import typed_passphrase
from plateward.ground.vault.versions import RotatingKey
from plateward.reader.enroll import HomeOption
from plateward.reader.keys import NewOption, app, new_passphrase

__all__ = ["app"]


class What(StrEnum):
    """What `rotate` takes."""

    RING = "ring"
    DEVICES = RotatingKey.DEVICES.value
    DAYS = RotatingKey.DAYS.value
    LOG = RotatingKey.LOG.value
    SESSIONS = RotatingKey.SESSIONS.value


RotateArgument = Annotated[
    What,
    typer.Argument(
        help="ring: its lock. devices: what certifies readers and the hub. days: what wraps the keys of days. log: "
        "what signs the audit log. sessions: what signs sessions."
    ),
]
WhatArgument = Annotated[
    RotatingKey,
    typer.Argument(
        help="devices: what certifies readers and the hub. days: what wraps the keys of days. log: what signs the "
        "audit log. sessions: what signs sessions."
    ),
]


@app.command()
def rotate(what: RotateArgument, new: NewOption = None, as_json: AsJson = False) -> None:
    """At the hub, while it runs: make a new version of a key, and move to it all that the older one holds. Run it again
    if it was interrupted; it goes on.

    Example: plateward keys rotate days
    """
    rotation = _hub()
    from plateward.core.audit.actor import command_line_actor

    actor = command_line_actor("keys rotate")
    if what is What.RING:
        _say(rotation.rotate_ring(actor, lambda: new_passphrase(new)), as_json)
        return
    with progress_bar(f"Rotating {what}") as show:
        _say(rotation.rotate(actor, RotatingKey(what), show), as_json)


@app.command()
def retire(
    what: WhatArgument,
    witnesses_told: Annotated[
        bool, typer.Option("--witnesses-told", help="log: the witnesses' operators have the new key.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """At the hub: erase the older version of a key. Refused while anything needs it. What it wraps in older backups
    opens only with a backup of the ring from that time.

    Example: plateward keys retire days
    """
    rotation = _hub()
    from plateward.core.audit.actor import command_line_actor

    actor = command_line_actor("keys retire")
    _say(rotation.retire(actor, what, witnesses_told=witnesses_told), as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """At the hub: each key's version, its age, what still needs the older one, and the cryptographic module in use.

    Example: plateward keys status --json
    """
    rotation = _hub()
    from plateward.ground.policy.evidence import cryptographic_module, validation

    module, keys = cryptographic_module(), rotation.key_statuses()
    if as_json:
        document = {
            "module": module,
            "validation": validation(),
            "keys": [asdict(item) for item in keys],
        }
        typer.echo(json.dumps(document, default=str))
        return
    for item in keys:
        typer.echo(_line(item))
    typer.echo(f"Cryptographic module: {module}; {validation()}.")


@app.command()
def split(
    of: Annotated[int, typer.Option("--of", metavar="N", help="How many people get a share.")],
    needed: Annotated[
        int, typer.Option("--needed", metavar="M", help="How many of them give the ring back.")
    ],
) -> None:
    """At the hub: print the key ring as shares of 59 words, one for each person, to keep on paper. It stays as it is.

    Example: plateward keys split --of 5 --needed 3
    """
    _hub()
    from django.conf import settings

    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.log import act
    from plateward.ground.vault import recovery

    with act(command_line_actor("keys split"), Event.KEY_SPLIT, "key:ring") as entry:
        entry.note(of=of, needed=needed)
        shares = recovery.split(settings.RING, needed, of)
    for number, share in enumerate(shares, 1):
        typer.echo(f"Share {number} of {of}; {needed} give the ring back\n{share}\n")


@app.command()
def join(home: HomeOption) -> None:
    """Make the key ring again from shares, one a line: typed by their holders, unseen, or from stdin. `--home`: the
    directory of the key ring, without a ring. An empty line ends.

    Example: plateward keys join --home /var/lib/plateward/keys
    """
    from plateward.ground.vault import recovery

    if sys.stdin.isatty():
        shares = list(iter(lambda: typed_passphrase("Share, or nothing: ").strip(), ""))
    else:
        shares = [line.strip() for line in sys.stdin if line.strip()]
    ring = KeyRing.restore(home.absolute(), recovery.join(shares))
    typer.echo(
        f"The key ring is in {ring.path} again, in clear. Seal it: plateward keys seal --home {ring.path}"
    )


def _hub() -> Any:
    from plateward.core.db.setup import setup

    setup()
    from plateward.serve import rotation

    return rotation


def _say(item: Any, as_json: bool) -> None:
    typer.echo(json.dumps(asdict(item), default=str) if as_json else _line(item))


def _line(item: Any) -> str:
    from plateward.ground import clock

    since = ""
    if item.made:
        since = f", since {clock.format_day(item.made)}, suggested until {clock.format_day(item.due)}"
    left = f"{item.left:,} of {item.of:,} readers left" if item.of else f"{item.left:,} left"
    older = f"; version {item.version - 1} is kept, {left}" if item.older_kept else ""
    return f"{item.what}: version {item.version}{since}{older} ({item.label})"
