"""Session rows, sealed: during its setup, a second factor's secret is in one. What a cookie holds is not in the
database, and a row opens for its own cookie alone."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as Rows
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from plateward.core.db.rows import read_rows
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken, seal, unseal

BEFORE_LOG_IN = timedelta(minutes=30)
SESSION_QUERY = "SELECT * FROM django_session WHERE session_key = %s AND expire_date > %s"


@enforces("IA-5.sessions/secret", "6.i.i/rotation")
def follow_session_keys() -> None:
    """Sign and check with the versions that the key ring has now: another process may have rotated them."""
    keys = settings.RING.session_keys()
    if keys != [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys[0], keys[1:]


@enforces("6.i.i/aes", "IA-5.sessions/secret")
class SessionStore(Rows):
    """Django's own session store with its data under AES-256-GCM, on PostgreSQL too."""

    def _get_session_from_db(self) -> Session | None:
        """Like Django's own, in a sixth of the time: every request loads its session."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        row = next(iter(read_rows(Session, SESSION_QUERY, [row_key(self.session_key), now])), None)
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Expire a session without a sign-in (a passkey's challenge, a way to the directory) soon."""
        row = super().create_model_instance(data)
        row.session_key = row_key(self.session_key)
        if SESSION_KEY not in data:
            row.expire_date = timezone.now() + BEFORE_LOG_IN
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(row_key(key))

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal_session(row_key(self.session_key), session_dict)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        return open_session(row_key(self.session_key), session_data)


@enforces("IA-5.sessions/secret", "6.a.i.2/own")
def row_key(session_key: str | None) -> str:
    """By which the row of a cookie's session is found: who reads the database has no cookie."""
    return hmac.digest(settings.RING.key("sessions"), (session_key or "").encode(), "sha256").hex()[:40]


@enforces("6.i.i/aes", "IA-5.sessions/secret", "6.j.i/proven")
def seal_session(key: str, opened: dict[str, Any]) -> str:
    """The data of the row of this key."""
    text = json.dumps(opened).encode()
    return b64encode(seal(settings.RING.key("fields"), text, _context(key))).decode()


def open_session(key: str, data: bytes | str) -> dict[str, Any]:
    """What the row of this key holds; an altered or moved session is no session."""
    follow_session_keys()
    try:
        opened: dict[str, Any] = json.loads(
            unseal(settings.RING.key("fields"), b64decode(data), _context(key))
        )
    except (SealBroken, ValueError):
        return {}
    return opened


def _context(key: str) -> bytes:
    return f"people.session:{key}".encode()
