"""The table of permissions, and what everybody may see, as sections of the sharing configuration."""

from plateward.core.audit.events import Event
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.sharing import public
from plateward.people.sharing.limits import Names, Section
from plateward.people.signed import PUBLIC, ROLES, Limits

# A role or permission that this version does not have any more is named as it was signed.
_PERMISSIONS, ROLE_NAMES = dict(Permission.choices()), dict(Role.choices())


def _table() -> dict[str, Limits]:
    return {
        role.value: {"permissions": sorted(each.value for each in has)}
        for role, has in ROLE_PERMISSIONS.items()
        if has
    }


SECTIONS = (
    Section(
        ROLES,
        "Role",
        {"permissions": Names("permissions", lambda value: _PERMISSIONS.get(value, value))},
        _table,
        lambda role: ROLE_NAMES.get(role, role),
    ),
    Section(
        PUBLIC,
        "Open to the public",
        public.LIMITS,
        public.turned_on,
        lambda what: dict(public.Public.choices()).get(what, what),
        (Event.SHARING_PUBLISH,),
        lambda what: f"public:{what}",
    ),
)
