"""`plateward audit`: export the log, and prove it. `verify` needs no hub and no Django."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from plateward.core.audit.proven import ProvenEntries, is_proof, verify_proof
from plateward.core.audit.tlog.checkpoints import Checkpoint
from plateward.core.audit.tlog.policy import UNWITNESSED
from plateward.core.audit.verify import NotProven, VerifiedLog, read_head, require_quorum, verify_log
from plateward.ground.commands import AsJson, commands
from plateward.ground.errors import PlatewardError
from plateward.ground.progress import progress_bar

app = commands(
    "Export the audit log; verify an export without the hub.\n\nExample: plateward audit export log.jsonl",
)


UNTRUSTED = " (according to the file itself: use --key or --head to confirm its origin)"


@app.command(name="export")
def export_log(
    file: Annotated[
        Path,
        typer.Argument(help="File to write the log to; written completely or not at all.", dir_okay=False),
    ],
    details: Annotated[
        bool,
        typer.Option("--details/--without-details", help="Leave out what entries note beside the facts."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """At the hub: write the whole log, its signed head and the public key to one file.

    Example: plateward audit export log.jsonl
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.export import write_export
    from plateward.core.audit.witnesses.asking import quorum_is_met, say_quorum
    from plateward.core.audit.witnesses.cosigned import lacking_witnesses

    with progress_bar(f"Exporting to {file.name}") as show:
        exported = write_export(command_line_actor("audit export"), file, show, details=details)
    signed, lacking = exported.signed, lacking_witnesses(exported.note)
    result = {"file": str(file), "entries": signed.head.size, "root": signed.head.root, "key": signed.key}
    witnessed = {"quorum_met": quorum_is_met(exported.note), "not_cosigned_by": lacking}
    text = f"{file}: {count_of_entries(signed.head.size)}. To verify it, use the public key {signed.key}"
    if lacking:
        text += (
            f"\nNot cosigned by {', '.join(lacking)}. {say_quorum(exported.note)} What they answered is on the Audit "
            "log page. Export again once they answer."
        )
    typer.echo(json.dumps({**result, **witnessed}) if as_json else text)


@app.command(name="head")
def head_of_log(
    file: Annotated[Path, typer.Argument(help="File to write the signed head to.", dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """At the hub: write only the signed head. Kept elsewhere, it proves later that nothing was rewritten.

    Example: plateward audit head /media/witness/head.json
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.heads import sign_head
    from plateward.core.audit.log import record

    record(command_line_actor("audit head"), Event.AUDIT_HEAD, f"file:{file.name}")
    signed = sign_head()
    try:
        file.write_bytes(signed.line() + b"\n")
    except OSError as error:
        raise PlatewardError(f"The head could not be written to {file}: {error.strerror}.") from error
    text = f"{file}: head of {count_of_entries(signed.head.size)}, signed with the public key {signed.key}"
    typer.echo(signed.line().decode() if as_json else text)


@app.command(name="checkpoint")
def checkpoint_of_log(as_json: AsJson = False) -> None:
    """At the hub: print the log's newest head as a C2SP checkpoint, and the keys by which others verify it.

    Example: plateward audit checkpoint
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.events import Event
    from plateward.core.audit.heads import sign_head
    from plateward.core.audit.known_heads import accepted_gaps
    from plateward.core.audit.log import record
    from plateward.core.audit.witnesses.asking import ask_witnesses, quorum_is_met, say_quorum
    from plateward.core.audit.witnesses.cosigned import log_origin, log_signers

    record(command_line_actor("audit checkpoint"), Event.AUDIT_HEAD, "checkpoint")
    cosigned = ask_witnesses(sign_head())
    note = bytes(cosigned).decode()
    keys = [str(signer.key) for signer in log_signers(log_origin(accepted_gaps()))]
    result = {"checkpoint": note, "quorum_met": quorum_is_met(cosigned), "keys": keys}
    text = "\n".join([note, say_quorum(cosigned), "This log's keys:", *keys])
    typer.echo(json.dumps(result) if as_json else text)


@app.command(name="prove")
def prove(
    number: Annotated[int, typer.Argument(help="The entry's number, as the Audit log page shows it.", min=0)],
    file: Annotated[
        Path | None, typer.Argument(help="File for the proof; default: NUMBER.tlog-proof", dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """At the hub: write the proof of one entry (C2SP's tlog-proof), and the entry itself beside it.

    Example: plateward audit prove 10482
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.witnesses.proving import prove_entry

    path = file or Path(f"{number}.tlog-proof")
    proof = prove_entry(command_line_actor("audit prove"), number, path)
    log = Checkpoint.parse(proof.note.text)
    result = {"file": str(path), "entry": number, "origin": log.origin, "entries": log.size}
    text = (
        f"{path}: proof of entry {number:,} in the log {log.origin} of {count_of_entries(log.size)}. The entry itself "
        f"is in {path.with_suffix('.entry.json')}; it is CJI, the proof is not."
    )
    typer.echo(json.dumps(result) if as_json else text)


@app.command(name="verify")
def verify_export(
    file: Annotated[
        Path,
        typer.Argument(help="The exported log; or a proof, NUMBER.tlog-proof, with its entry beside it."),
    ],
    key: Annotated[
        str | None,
        typer.Option(help="The hub's public key, as `audit export` or `audit checkpoint` printed it."),
    ] = None,
    head: Annotated[
        Path | None, typer.Option(help="An earlier head or export that this log must start with.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="A witness policy (C2SP's tlog-policy) whose quorum must have cosigned."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Anywhere: prove that no entry of an exported log was altered, removed, inserted or reordered, or that one entry
    is in the log, by the proof that `audit prove` wrote.

    Example: plateward audit verify log.jsonl --key 3q2+7w… --head head.json
    """
    one = is_proof(file)
    if one and (key is None or head):
        raise typer.BadParameter("a proof of one entry needs the log's key, and no head.", param_hint="--key")
    proven: ProvenEntries | VerifiedLog
    try:
        if one:
            proven = verify_proof(file, key or "")
        else:
            earlier = read_head(head) if head else None
            size = file.stat().st_size if file.exists() else 0
            with progress_bar(f"Verifying {file.name}") as show:
                proven = verify_log(file, key, earlier, lambda read: show(read, size))
        cosigners = require_quorum(proven.checkpoint, proven.key, proven.announced, policy) if policy else []
    except NotProven as error:
        if as_json:
            typer.echo(json.dumps({"file": str(file), "proven": False, "problem": str(error)}))
        raise NotProven(f"{file} is NOT proven: {error}") from error
    if as_json:
        stated = msgspec.to_builtins(proven)
        typer.echo(json.dumps({"file": str(file), "proven": True, **stated, "cosigners": cosigners}))
        return
    typer.echo(f"{file} is proven: {_what_is_proven(proven)} {proven.key}" + UNTRUSTED * (not proven.trusted))
    cosigned = f"Cosigned by {', '.join(cosigners) or 'no witness'}, as the witness policy requires."
    typer.echo(cosigned if policy else UNWITNESSED)
    if isinstance(proven, ProvenEntries):
        return
    if proven.withheld:
        typer.echo(f"{count_of_entries(proven.withheld)} came without details; their leaves are proven.")
    for step in proven.clock_back:
        typer.echo(f"CLOCK: {step}")
    for gap in proven.gaps:
        typer.echo(f"GAP: {gap}")


def _what_is_proven(proven: ProvenEntries | VerifiedLog) -> str:
    if isinstance(proven, VerifiedLog):
        whole = f"{count_of_entries(proven.entries)}, none altered, removed, inserted or reordered"
        return f"{whole}; head signed {proven.signed_at} by"
    (entry,) = proven.entries
    return f"entry {entry.sequence:,} is in the log of {count_of_entries(proven.size)}; checkpoint signed by"


@app.command(name="accept-restore")
def accept(
    administrator: Annotated[str, typer.Option(help="Full name of the responsible ALPR administrator.")],
    reason: Annotated[str, typer.Option(help="Why the database was restored, and from which backup.")],
    as_json: AsJson = False,
) -> None:
    """At the hub, after a lawful restore: accept that entries were lost. The log records it permanently.

    Example: plateward audit accept-restore --administrator "Gloria Gallegos" --reason "Disk failed; backup of June 30"
    """
    from plateward.core.db.setup import setup

    setup(whole=False)
    from plateward.core.audit.actor import command_line_actor
    from plateward.core.audit.restoring import accept_restore

    gap = accept_restore(command_line_actor("audit accept-restore"), administrator, reason)
    typer.echo(json.dumps(asdict(gap)) if as_json else f"Accepted: {gap}")


def count_of_entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"
