"""The agency's DEMS, as the settings name it."""

from functools import lru_cache

from django.conf import settings

from plateward.ground.links.dems import Dems, DemsAccount
from plateward.ground.links.dems_tus import TusDems
from plateward.ground.links.secure import strong_context
from plateward.ground.policy.trace import enforces


def current_dems() -> str:
    """The address of the DEMS that the hub is connected to; empty: to none."""
    account: DemsAccount | None = settings.DEMS
    return account.url if account else ""


@lru_cache(maxsize=1)
@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.i.ii/tls", "6.i.ii/devices")
def client() -> Dems | None:
    """The client, or None if the agency has no DEMS that the hub could reach. A call may take half a minute: none
    within a transaction."""
    account: DemsAccount | None = settings.DEMS
    if account is None:
        return None
    trusted = account.authority.read_text() if account.authority else None
    return TusDems(account, strong_context(trusted))
