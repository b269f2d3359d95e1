"""`plateward evidence`: check a package or a redacted picture anywhere; that needs no hub and no Django."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from plateward.ground.commands import AsJson, commands
from plateward.ground.errors import PlatewardError
from plateward.ground.progress import progress_bar
from plateward.work.evidence.verify.package import PackageVerdict, verify_package
from plateward.work.evidence.verify.picture import check_copy
from plateward.work.evidence.verify.trust import Trust

app = commands(
    "Check evidence packages and pictures, without the hub.\n\nExample: plateward evidence verify alert-12.zip",
)


class NotVerified(PlatewardError):
    """Something about the package is wrong, or is not established."""


@app.command(name="verify")
def verify(
    package: Annotated[Path, typer.Argument(help="The package: a ZIP file.")],
    agency: Annotated[
        Path | None,
        typer.Option(help="The certificate of the agency's authority (PEM), or several: authority.crt."),
    ] = None,
    log_key: Annotated[
        Path | None, typer.Option(help="The key of the audit log, as `audit checkpoint` printed it.")
    ] = None,
    tsa: Annotated[
        Path | None, typer.Option(help="The certificate of the timestamp authority to trust (PEM).")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="A witness policy (C2SP's tlog-policy) whose quorum must have cosigned the log."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Anywhere: prove that nothing in a package was altered, added or removed, and who signed it when.

    Example: plateward evidence verify alert-12.zip --agency agency.pem --log-key log.key --tsa tsa.pem
    """
    trust = Trust.load(agency, log_key, tsa, policy)
    size = package.stat().st_size if package.exists() else 0
    read = 0
    with progress_bar(f"Checking {package.name}") as show:

        def progress(more: int) -> None:
            nonlocal read
            read += more
            show(min(read, size), size)

        verdict = verify_package(package, trust, progress)
    typer.echo(as_document(package, verdict) if as_json else as_text(package, verdict))
    if not verdict.verified:
        raise NotVerified(f"{package} is NOT verified: {verdict.problem}.")


@app.command(name="verify-picture")
def verify_picture(
    copy: Annotated[Path, typer.Argument(help="The redacted picture: a JPEG.")],
    proof: Annotated[Path, typer.Argument(help="The proof that came with it.")],
    key: Annotated[
        Path, typer.Option(help="The public key of the reader that took it, or its certificate (PEM).")
    ],
    as_json: AsJson = False,
) -> None:
    """Anywhere: prove that all that is not covered in a redacted picture is as the lens took it.

    Example: plateward evidence verify-picture copy.jpg copy.proof.json --key reader.pem
    """
    verdict = PackageVerdict(tuple(check_copy(copy, proof, key)))
    typer.echo(as_document(copy, verdict) if as_json else as_text(copy, verdict))
    if not verdict.verified:
        raise NotVerified(f"{copy} is NOT verified: {verdict.problem}.")


@app.command(name="timestamp")
def timestamp(
    package: Annotated[Path, typer.Argument(help="A copy of a package that waits for its timestamp.")],
    as_json: AsJson = False,
) -> None:
    """At the hub: put the timestamp into a package that was made while the authority was away.

    Example: plateward evidence timestamp alert-12.zip
    """
    from plateward.core.db.setup import setup

    setup()
    from plateward.work.evidence.package.timestamping import add_timestamp

    stamped = add_timestamp(package)
    if as_json:
        typer.echo(json.dumps({"file": str(package), "timestamped": stamped}))
    if not stamped:
        raise NotVerified(f"{package} has no timestamp yet: none has come for it. Try again later.")
    if not as_json:
        typer.echo(f"{package} has its timestamp.")


def as_document(package: Path, verdict: PackageVerdict) -> str:
    checks = [asdict(finding) for finding in verdict.findings]
    document = {
        "file": str(package),
        "verified": verdict.verified,
        "problem": verdict.problem,
        "checks": checks,
    }
    return json.dumps(document, ensure_ascii=False)


def as_text(package: Path, verdict: PackageVerdict) -> str:
    lines = [f"{each.check:<10} {each.state.value.upper():<16} {each.says}" for each in verdict.findings]
    return "\n".join([*lines, *[f"{package} is verified."] * verdict.verified])
