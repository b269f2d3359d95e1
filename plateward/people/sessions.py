"""Session rows, sealed: while a second factor is set up, its secret lies in one."""

import json
from base64 import b64decode, b64encode
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Rows

from plateward.policy.trace import enforces
from plateward.vault.sealing import SealBroken, seal, unseal

CONTEXT = b"people.session"


@enforces("6.i.i", "IA-5.sessions")
class SessionStore(Rows):
    """Django's own session store with its data under AES-256-GCM, on PostgreSQL too."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        text = json.dumps(session_dict).encode()
        return b64encode(seal(settings.RING.key("fields"), text, CONTEXT)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened: dict[str, Any] = json.loads(
                unseal(settings.RING.key("fields"), b64decode(session_data), CONTEXT)
            )
        except (SealBroken, ValueError):
            return {}  # an altered session is no session
        return opened
