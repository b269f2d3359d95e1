"""Roles and what each may do: the one table of authorisation. Nothing is allowed that it does not name."""

from enum import StrEnum

from plateward.policy.trace import enforces


class Permission(StrEnum):
    """Alphabetised; "thing.verb", as the audit log's events."""

    ALERT_ACT = "alert.act"
    ALERT_CONFIRM = "alert.confirm"
    ALERT_DISPOSE = "alert.dispose"
    ALERT_OBSERVE = "alert.observe"
    ALERT_VERIFY = "alert.verify"
    ALERT_VIEW = "alert.view"
    AUDIT_VIEW = "audit.view"
    FLEET_MANAGE = "fleet.manage"
    HOTLIST_IMPORT = "hotlist.import"
    HOTLIST_VIEW = "hotlist.view"
    IMAGE_VIEW = "image.view"
    PERSON_MANAGE = "person.manage"


@enforces("6.c.i.1", "6.c.i.2", "6.c.i.4")
class Role(StrEnum):
    """A person has one, by rank and duties."""

    ADMINISTRATOR = "administrator"
    COMMUNICATIONS = "communications"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> str:
        """As a person reads it."""
        return "ALPR administrator" if self is Role.ADMINISTRATOR else self.value.capitalize()


# Sworn people stop the vehicle: they alone observe it and record an encounter or enforcement.
_SWORN = frozenset(
    {
        Permission.ALERT_ACT,
        Permission.ALERT_CONFIRM,
        Permission.ALERT_DISPOSE,
        Permission.ALERT_OBSERVE,
        Permission.ALERT_VERIFY,
        Permission.ALERT_VIEW,
        Permission.HOTLIST_VIEW,
        Permission.IMAGE_VIEW,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: _SWORN,
    Role.SUPERVISOR: _SWORN,
    Role.COMMUNICATIONS: frozenset(
        {
            Permission.ALERT_DISPOSE,
            Permission.ALERT_VERIFY,
            Permission.ALERT_VIEW,
            Permission.HOTLIST_VIEW,
            Permission.IMAGE_VIEW,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.AUDIT_VIEW,
            Permission.FLEET_MANAGE,
            Permission.HOTLIST_IMPORT,
            Permission.HOTLIST_VIEW,
            Permission.PERSON_MANAGE,
        }
    ),
}
