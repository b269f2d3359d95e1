"""`plateward keys …`: seal the key ring of a reader or a hub, so that its stolen folder opens nothing."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Annotated

import typer

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault import passphrase as passphrases
from plateward.ground.vault import tpm2
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.locks import AskPassphrase, RingLock, RingLocked
from plateward.ground.vault.passphrase import default_passphrase
from plateward.reader.enroll import HomeOption, PassphraseOption
from plateward.reader.errors import NotReady
from plateward.reader.home import Home, explain_disk_errors

app = typer.Typer(
    help="Seal the keys of a reader or a hub, so that a stolen folder is of no use. --home: the reader's directory, or "
    "the directory of the hub's key ring (PLATEWARD_KEYS).\n\n"
    "Example: plateward keys seal --home /var/lib/plateward-reader --with passphrase",
    no_args_is_help=True,
    add_completion=False,
)


class LockKind(StrEnum):
    """How the ring is opened."""

    PASSPHRASE = "passphrase"  # noqa: S105, a word
    TPM2 = "tpm2"
    PKCS11 = "pkcs11"


WithOption = Annotated[
    LockKind,
    typer.Option(
        "--with",
        help="passphrase; tpm2: the TPM 2.0 chip of this machine (needs tpm2-tools); or pkcs11: an HSM, at a hub.",
    ),
]
NewOption = Annotated[
    int | None,
    typer.Option(
        "--new-passphrase-fd",
        metavar="N",
        help="Read the new passphrase, or the HSM's PIN, from the first line of this open file.",
        show_default="asked for",
    ),
]
ModuleOption = Annotated[
    Path | None, typer.Option(help="pkcs11: the library of the HSM.", metavar="PATH", show_default=False)
]
TokenOption = Annotated[
    str, typer.Option(help="pkcs11: the label of the HSM's token.", metavar="LABEL", show_default=False)
]
KeyOption = Annotated[
    str, typer.Option(help="pkcs11: the label of the token's key, made if it has none.", metavar="LABEL")
]


@app.command()
def seal(
    home: HomeOption,
    how: WithOption,
    new: NewOption = None,
    module: ModuleOption = None,
    token: TokenOption = "",
    key: KeyOption = "plateward",
) -> None:
    """Seal the key ring and the TLS key; nothing of them is left in clear. The reader then starts only with what opens
    them: keep a passphrase where the crew can get it, and not in this folder.

    Example: plateward keys seal --home /var/lib/plateward-reader --with passphrase
    """
    with _opened_ring(_place(home)) as (place, ring):
        if ring.by is not None:
            raise NotReady(
                f"The key ring in {place.keys} is already sealed. Use 'plateward keys change' to change the seal."
            )
        lock = _new_lock(place, how, new, module, token, key)
        _seal(place, ring, lock)
    typer.echo(f"Sealed by {lock.by.words}. It starts only with it.")


@app.command()
def change(
    home: HomeOption,
    how: WithOption,
    passphrase: PassphraseOption = None,
    new: NewOption = None,
    module: ModuleOption = None,
    token: TokenOption = "",
    key: KeyOption = "plateward",
) -> None:
    """Reseal the key ring with another passphrase or method. A running reader is not affected.

    Example: plateward keys change --home /var/lib/plateward-reader --with tpm2
    """
    with _opened_ring(_place(home), passphrase) as (place, ring):
        if ring.by is None:
            raise NotReady(f"The key ring in {place.keys} is not sealed. Use 'plateward keys seal'.")
        lock = _new_lock(place, how, new, module, token, key)
        _seal(place, ring, lock)
    typer.echo(f"Now sealed by {lock.by.words}.")


@app.command()
def unseal(home: HomeOption, passphrase: PassphraseOption = None) -> None:
    """Remove the seal: whoever has the folder can then open everything the reader stores.

    Example: plateward keys unseal --home /var/lib/plateward-reader
    """
    with _opened_ring(_place(home), passphrase) as (place, ring):
        if ring.by is None:
            raise NotReady(f"The key ring in {place.keys} is not sealed. Nothing was done.")
        ring.unseal()
        place.follow(ring)
    typer.echo("The seal is off: anyone with this folder can open the data (OPR:50 6.i.i).")


@app.command()
def show(
    home: HomeOption,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show whether the key ring is sealed, and how. Needs no passphrase.

    Example: plateward keys show --home /var/lib/plateward-reader --json
    """
    place = _place(home)
    with explain_disk_errors(place.path):
        _require_keys(place)
        by = KeyRing.sealed_by(place.keys)
    kind = LockKind(str(by.__struct_config__.tag)) if by else None
    if as_json:
        typer.echo(json.dumps({"home": str(place.path), "sealed": kind is not None, "by": kind}))
    else:
        typer.echo(f"Sealed by {by.words}." if by else "Not sealed: anyone with this folder can open it.")


class HubRing(Home):
    """The directory of a hub's key ring: no further file follows the ring's seal."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.keys = path

    def ring(self, ask: AskPassphrase = default_passphrase) -> KeyRing:
        return KeyRing.open(self.keys, ask)

    def follow(self, ring: KeyRing) -> None:
        """Nothing does."""


def _place(home: Path) -> Home:
    """A reader's directory, or a hub's ring."""
    path = home.absolute()
    return HubRing(path) if KeyRing.is_there(path) else Home(path)


def _require_keys(place: Home) -> None:
    if not KeyRing.is_there(place.keys):
        raise NotReady(f"There are no reader keys in {place.path}. Run 'plateward enroll request' first.")


@contextmanager
def _opened_ring(place: Home, passphrase: int | None = None) -> Iterator[tuple[Home, KeyRing]]:
    """The opened ring, for one command at a time."""
    with explain_disk_errors(place.path):
        _require_keys(place)
        descriptor = os.open(place.keys, os.O_RDONLY | os.O_DIRECTORY)
        try:
            flock(descriptor, LOCK_EX)
            yield place, place.ring(passphrases.passphrase_source(passphrase))
        finally:
            os.close(descriptor)


@enforces("6.i.i/keys", "SC-28/reader")
def _seal(place: Home, ring: KeyRing, lock: RingLock) -> None:
    ring.seal(lock, clock.now())
    place.follow(ring)


def _new_lock(
    place: Home, how: LockKind, new: int | None, module: Path | None, token: str, key: str
) -> RingLock:
    match how:
        case LockKind.PASSPHRASE:
            return passphrases.passphrase_lock(new_passphrase(new))
        case LockKind.TPM2:
            return tpm2.tpm2_lock()
        case LockKind.PKCS11:
            if not isinstance(place, HubRing):
                raise NotReady("An HSM seals a hub's key ring, not a reader's. Use passphrase or tpm2.")
            if not module or not token or not key:
                raise NotReady(
                    "Name the HSM's library by --module and its token by --token. Nothing was done."
                )
            from plateward.ground.vault.pkcs11 import pkcs11_lock  # its package is at a hub alone

            return pkcs11_lock(str(module), token, key, passphrases.passphrase_source(new))


def new_passphrase(descriptor: int | None) -> str:
    """From this open file; otherwise typed twice at a terminal."""
    if descriptor is not None:
        return passphrases.passphrase_source(descriptor)()
    typed = passphrases.typed_passphrase("New passphrase of the key ring: ")
    if passphrases.typed_passphrase("Repeat the passphrase: ") != typed:
        raise RingLocked("The two passphrases differ. Nothing was changed.")
    return typed
