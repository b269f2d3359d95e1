"""What a log-in with the hub leaves at the reader, so that the same officer can log in while the hub is away."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import KeyRing, derive_key
from plateward.ground.vault.locks import PassphraseMethod
from plateward.ground.vault.passphrase import SCRYPT_COST, passphrase_key
from plateward.ground.vault.sealing import SealBroken, seal, unseal
from plateward.ground.wire.officer import MOST_OFFICERS, Officer, is_over
from plateward.reader.sealed import SealedFile

FAILED_AT_MOST, FAILED_WITHIN = 5, timedelta(minutes=15)  # AC-7, as at the hub


class LogInRefused(PlatewardError):
    """Nobody was logged in; the sentence says why, and what to do."""


class Credential(msgspec.Struct, frozen=True):
    """An officer, sealed under their password; `until` is in clear only so that what is over can be removed."""

    by: PassphraseMethod
    sealed: bytes
    until: datetime
    failed: tuple[datetime, ...] = ()


@enforces("6.e.i/vehicle", "AC-7/lock", "SC-28/reader")
class Credentials:
    """One for each officer who logged in here lately. Each opens with that officer's password alone, at this reader
    alone, until the end of the log-in that left it; the fifth wrong password within 15 minutes destroys it."""

    def __init__(self, path: Path, ring: KeyRing, reader: str) -> None:
        self._file = SealedFile(path, ring.key("officers"), b"reader officers")
        self._pepper, self._context = ring.key("officer"), f"officer at {reader}".encode()
        # None, or damaged: the next log-in with the hub leaves another.
        self._kept = self._file.load(dict[str, Credential]) or {}

    def usernames(self) -> list[str]:
        return list(self._kept)

    def keep(self, officer: Officer, password: str) -> None:
        """Replaces the officer's own; the hub has just let them in."""
        by = PassphraseMethod(os.urandom(16), SCRYPT_COST)
        sealed = seal(self._key(by, password), msgspec.msgpack.encode(officer), self._context)
        self._kept.pop(officer.username, None)
        while len(self._kept) >= MOST_OFFICERS:
            del self._kept[next(iter(self._kept))]
        self._store({**self._kept, officer.username: Credential(by, sealed, officer.until)})

    def open(self, username: str, password: str, now: datetime) -> Officer:
        """Raises `LogInRefused`."""
        kept = self._kept.get(username)
        if kept is None:
            raise LogInRefused(
                "The hub cannot be reached, and you have no valid log-in at this reader. Drive to where there "
                "is a connection, and log in there first (OPR:50 6.e.i)."
            )
        try:
            content = unseal(self._key(kept.by, password), kept.sealed, self._context)
        except SealBroken:
            raise LogInRefused(self._fail(username, kept, now)) from None
        officer = msgspec.msgpack.decode(content, type=Officer)
        if is_over(officer, now):
            self.forget([username])
            raise LogInRefused(
                "The hub cannot be reached, and your last log-in with it is over. Log in again where there is a "
                "connection (OPR:50 6.e.i)."
            )
        return officer

    def forget(self, usernames: list[str]) -> None:
        self._store({name: kept for name, kept in self._kept.items() if name not in usernames})

    def remove_old(self, now: datetime) -> None:
        if old := [name for name, kept in self._kept.items() if kept.until <= now]:
            self.forget(old)

    def _fail(self, username: str, kept: Credential, now: datetime) -> str:
        """Count it, on disk before anybody hears of it."""
        failed = (*(at for at in kept.failed if abs(now - at) < FAILED_WITHIN), now)
        if len(failed) < FAILED_AT_MOST:
            self._store({**self._kept, username: msgspec.structs.replace(kept, failed=failed)})
            return "The username or the password is wrong. Try again."
        self.forget([username])
        return (
            "Five wrong passwords: the log-in kept at this reader is destroyed (CJIS AC-7). Log in where there is a "
            "connection to the hub."
        )

    def _key(self, by: PassphraseMethod, password: str) -> bytes:
        return derive_key(passphrase_key(by, password) + self._pepper, "officer")

    def _store(self, kept: dict[str, Credential]) -> None:
        self._kept = kept
        self._file.replace(msgspec.msgpack.encode(kept))
