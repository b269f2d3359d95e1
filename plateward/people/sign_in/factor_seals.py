"""A second factor is sealed to its person: the row is allauth's, so its seal lies within its data."""

import json
from base64 import b64decode, b64encode
from typing import Any

import msgspec
from allauth.mfa.models import Authenticator
from django.conf import settings

from plateward.core.db.row_keys import reserve_key
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken, seal, unseal

SEAL = "seal"  # in its data


def on_loaded(instance: Any, **_more: Any) -> None:
    """Whether it is its person's is known before anything of it is changed."""
    if instance.pk and "data" in instance.__dict__:
        instance.own = is_own(instance)


@enforces("6.a.i.2/own", "6.i.i/aes", "IA-5.codes/strong")
def on_stored(instance: Any, update_fields: Any = None, **_more: Any) -> None:
    """What is not its person's is never sealed as if it were. Raises `SealBroken`."""
    if update_fields and "data" not in update_fields:
        return
    if instance.pk is None:
        instance.pk = reserve_key(Authenticator)
    elif not getattr(instance, "own", True):
        raise SealBroken(
            f"Second factor {instance.pk} is not as the hub stored it (OPR:50 6.a.i.2). Remove it."
        )
    instance.data[SEAL] = b64encode(seal(settings.RING.key("fields"), b"", _context(instance))).decode()


@enforces("6.a.i.2/own", "6.j.i/proven", "IA-2/people")
def is_own(factor: Any) -> bool:
    """Whether this factor was set up as it is, for the person that it is with."""
    try:
        unseal(settings.RING.key("fields"), b64decode(factor.data[SEAL]), _context(factor))
    except (SealBroken, ValueError, KeyError, TypeError):
        return False
    return True


def _context(factor: Any) -> bytes:
    data = {name: value for name, value in factor.data.items() if name != SEAL}
    told = [factor._meta.label_lower, factor.pk, factor.user_id, factor.type, json.loads(json.dumps(data))]
    return msgspec.json.encode(told, order="deterministic")
