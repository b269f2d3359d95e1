"""A key that only an HSM can derive again, by PKCS#11 (docs/decisions/0205).

The token has a secret that never leaves it; the lock's key is its HMAC-SHA-256 of a salt, which any such token can
make. The vendor's library stays in this process no longer than that takes.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass, PKCS11Error, TokenFlag

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.locks import AskPassphrase, Pkcs11Method, RingLock, RingLocked

CONTEXT = b"plateward key ring\0"
REASONS = {
    pkcs11.NoSuchToken: "there is no token labeled {token}",
    pkcs11.MultipleTokensReturned: "two tokens are labeled {token}",
    pkcs11.NoSuchKey: "the token {token} has no key labeled {key}",
    pkcs11.MultipleObjectsReturned: "the token {token} has two keys labeled {key}",
    pkcs11.PinIncorrect: "the PIN of {token} is wrong",
    pkcs11.PinInvalid: "the PIN of {token} is wrong",
    pkcs11.PinLenRange: "the PIN of {token} is wrong",
    pkcs11.PinLocked: "the PIN of {token} is locked; the HSM's security officer unlocks it",
    pkcs11.MechanismInvalid: "the token {token} makes no HMAC-SHA-256 with the key {key}",
}


@enforces("6.i.i/keys", "SC-28/ring")
def pkcs11_lock(module: str, token: str, key: str, ask: AskPassphrase) -> RingLock:
    """A new lock, by the token's key of this label, which is made if there is none. Raises `RingLocked`."""
    by = Pkcs11Method(module, token, key, os.urandom(32))
    with _session(by, ask, writes=True) as session:
        try:
            found = _key(session, by)
        except pkcs11.NoSuchKey:
            # Not extractable and sensitive, as the library's templates are.
            session.generate_key(
                KeyType.GENERIC_SECRET, 256, label=key, store=True, capabilities=MechanismFlag.SIGN
            )
            found = _key(session, by)
        if found[Attribute.EXTRACTABLE] or not found[Attribute.SENSITIVE]:
            raise RingLocked(
                f"The key {key} of the token {token} can leave the HSM, so it seals no key ring (OPR:50 6.i.i). "
                "Nothing was changed. Name a label that the token does not have yet: its key is made."
            )
        return RingLock(by, _derived(found, by))


@enforces("6.i.i/keys", "SC-28/ring")
def pkcs11_key(by: Pkcs11Method, ask: AskPassphrase) -> bytes:
    """The key again; of another token's key, another. `ask` returns the PIN. Raises `RingLocked`."""
    with _session(by, ask) as session:
        return _derived(_key(session, by), by)


@contextmanager
def _session(by: Pkcs11Method, ask: AskPassphrase, *, writes: bool = False) -> Iterator[pkcs11.Session]:
    _require_safe(by.module)
    try:
        library = pkcs11.lib(by.module)
        try:
            token = library.get_token(token_label=by.token)
            _require_tries(token, by)
            with token.open(rw=writes, user_pin=ask()) as session:
                yield session
        finally:
            library.finalize()
    except PKCS11Error as error:
        known = REASONS.get(type(error))
        reason = (
            known.format(token=by.token, key=by.key) if known else f"{type(error).__name__} {error}".strip()
        )
        raise RingLocked(
            f"The HSM refuses, and no key ring is opened or sealed without it (OPR:50 6.i.i): {reason}. "
            f"Module: {by.module}. Nothing was changed."
        ) from error


def _require_safe(module: str) -> None:
    """The ring's file names a program to load: only one that root alone can have put there."""
    path = Path(module)
    if not path.is_absolute() or not path.is_file():
        raise RingLocked(
            f"There is no PKCS#11 module {module}, and no key ring is opened or sealed without its HSM (OPR:50 "
            "6.i.i). Give its whole path, such as /usr/lib/softhsm/libsofthsm2.so, or install the HSM's package."
        )
    status = path.stat()
    if status.st_uid or status.st_mode & 0o022:
        raise RingLocked(
            f"The PKCS#11 module {module} can be changed by users other than root, so it is not loaded (OPR:50 "
            f"6.i.i). Install it from the HSM's package, or: chown root {module} && chmod go-w {module}"
        )


def _require_tries(token: pkcs11.Token, by: Pkcs11Method) -> None:
    """A service that starts again and again would lock the token with a wrong PIN."""
    if token.flags & TokenFlag.USER_PIN_COUNT_LOW and not sys.stdin.isatty():
        raise RingLocked(
            f"The last PIN given to the token {by.token} was wrong, and a few more lock it, so none is tried without "
            "a person (OPR:50 6.i.i). Correct the credential, and give the PIN once at a terminal: plateward keys "
            "status"
        )


def _key(session: pkcs11.Session, by: Pkcs11Method) -> Any:
    """What it can do, the library knows when it runs."""
    return session.get_key(object_class=ObjectClass.SECRET_KEY, label=by.key)


def _derived(key: Any, by: Pkcs11Method) -> bytes:
    """32 bytes."""
    return bytes(key.sign(CONTEXT + by.salt, mechanism=Mechanism.SHA256_HMAC))
