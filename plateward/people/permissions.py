"""Roles and what each may do: the one table of authorization. Whatever it does not name is denied."""

from enum import StrEnum

from plateward.policy.trace import enforces


class Permission(StrEnum):
    """Alphabetized; "thing.verb", as the audit log's events."""

    ACCESS_APPROVE = "access.approve"
    ACCESS_EXPORT = "access.export"
    ACCESS_REQUEST = "access.request"
    ACCESS_REVIEW = "access.review"
    ALERT_ACT = "alert.act"
    ALERT_CONFIRM = "alert.confirm"
    ALERT_DISPOSE = "alert.dispose"
    ALERT_OBSERVE = "alert.observe"
    ALERT_REVIEW = "alert.review"
    ALERT_VERIFY = "alert.verify"
    ALERT_VIEW = "alert.view"
    AUDIT_VIEW = "audit.view"
    BREACH_CLOSE = "breach.close"
    BREACH_HANDLE = "breach.handle"
    CHECK_RECORD = "check.record"
    CHECK_VIEW = "check.view"
    DESIGNATION_MAKE = "designation.make"
    DISPATCH_TELL = "dispatch.tell"
    DISPATCH_VIEW = "dispatch.view"
    DISPATCH_WORK = "dispatch.work"
    FINDING_REVIEW = "finding.review"
    FINDING_TUNE = "finding.tune"
    FLEET_MANAGE = "fleet.manage"
    FLEET_VIEW = "fleet.view"
    HOTLIST_ASK = "hotlist.ask"
    HOTLIST_BASIS = "hotlist.basis"
    HOTLIST_IMPORT = "hotlist.import"
    HOTLIST_LATER = "hotlist.later"
    HOTLIST_MANAGE = "hotlist.manage"
    HOTLIST_REVIEW = "hotlist.review"
    HOTLIST_VIEW = "hotlist.view"
    IMAGE_VIEW = "image.view"
    MALFUNCTION_REPORT = "malfunction.report"
    MALFUNCTION_VIEW = "malfunction.view"
    OUTCOME_REVIEW = "outcome.review"
    OUTCOME_VIEW = "outcome.view"
    OVERRIDE_REVIEW = "override.review"
    PENALTY_HANDLE = "penalty.handle"
    PENALTY_LIFT = "penalty.lift"
    PENALTY_RECORD = "penalty.record"
    PERSON_MANAGE = "person.manage"
    PERSON_SWITCH_OFF = "person.switch_off"
    PERSON_VIEW = "person.view"
    READ_SHARE = "read.share"
    RECOVERY_CONFIRM = "recovery.confirm"
    REPAIR_RECORD = "repair.record"
    SEARCH_CLEAR = "search.clear"
    SEARCH_REVIEW = "search.review"
    SEARCH_RUN = "search.run"
    TECHNICIAN_AUTHORIZE = "technician.authorize"
    TRAINING_MANAGE = "training.manage"
    TRAINING_VIEW = "training.view"


@enforces("6.c.i.1", "6.c.i.2", "6.c.i.3", "6.c.i.4", "6.c.i.5")
class Role(StrEnum):
    """A person has one role, by rank and duties."""

    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CHIEF = "chief"
    CJIS_OFFICER = "cjis_officer"
    COMMUNICATIONS = "communications"
    CYBER = "cyber"
    INSPECTOR = "inspector"
    IT_SUPPORT = "it_support"
    OFFICER = "officer"
    OUTSIDE = "outside"
    RECORDS = "records"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> str:
        """The label that people read."""
        return _LABELS.get(self.value, self.value.capitalize())


_LABELS = {
    "administrator": "ALPR administrator",
    "chief": "Chief or designee",
    "cjis_officer": "CJIS Security Officer",
    "cyber": "IT Cyber Security",
    "inspector": "Transportation Inspector",
    "it_support": "IT Support",
    "officer": "Officer or agent",
    "outside": "Outside agency",
    "records": "Records (IPRA)",
}

_REPORTS = frozenset({Permission.MALFUNCTION_REPORT, Permission.MALFUNCTION_VIEW})
_LOOKS = _REPORTS | {Permission.ALERT_VIEW, Permission.HOTLIST_VIEW, Permission.IMAGE_VIEW}
# Sworn people and inspectors stop the vehicle: only they observe it and record an encounter or enforcement.
_STOPS = _LOOKS | {
    Permission.ALERT_ACT,
    Permission.ALERT_CONFIRM,
    Permission.ALERT_DISPOSE,
    Permission.ALERT_OBSERVE,
    Permission.ALERT_VERIFY,
    Permission.CHECK_RECORD,
    Permission.CHECK_VIEW,
    Permission.DISPATCH_TELL,
    Permission.HOTLIST_ASK,
    Permission.READ_SHARE,
    Permission.SEARCH_RUN,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ACCESS_APPROVE,
            Permission.ACCESS_EXPORT,
            Permission.ACCESS_REQUEST,
            Permission.ACCESS_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.CHECK_VIEW,
            Permission.FINDING_REVIEW,
            Permission.FINDING_TUNE,
            Permission.FLEET_MANAGE,
            Permission.FLEET_VIEW,
            Permission.HOTLIST_IMPORT,
            Permission.HOTLIST_MANAGE,
            Permission.HOTLIST_VIEW,
            Permission.MALFUNCTION_REPORT,
            Permission.MALFUNCTION_VIEW,
            Permission.OUTCOME_REVIEW,
            Permission.OUTCOME_VIEW,
            Permission.PENALTY_RECORD,
            Permission.PERSON_MANAGE,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.RECOVERY_CONFIRM,
            Permission.SEARCH_CLEAR,
            Permission.TECHNICIAN_AUTHORIZE,
            Permission.TRAINING_MANAGE,
            Permission.TRAINING_VIEW,
        }
    ),
    Role.AUDITOR: frozenset({Permission.AUDIT_VIEW, Permission.FINDING_REVIEW}),
    Role.CHIEF: frozenset(
        {
            Permission.ACCESS_APPROVE,
            Permission.ACCESS_EXPORT,
            Permission.ACCESS_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.CHECK_VIEW,
            Permission.DESIGNATION_MAKE,
            Permission.FINDING_REVIEW,
            Permission.HOTLIST_BASIS,
            Permission.HOTLIST_LATER,
            Permission.HOTLIST_REVIEW,
            Permission.HOTLIST_VIEW,
            Permission.MALFUNCTION_VIEW,
            Permission.OUTCOME_VIEW,
            Permission.OVERRIDE_REVIEW,
            Permission.PENALTY_HANDLE,
            Permission.PENALTY_LIFT,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.RECOVERY_CONFIRM,
            Permission.SEARCH_REVIEW,
            Permission.SEARCH_RUN,
            Permission.TRAINING_VIEW,
        }
    ),
    Role.CJIS_OFFICER: frozenset(
        {
            Permission.ACCESS_EXPORT,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.FINDING_REVIEW,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.TRAINING_VIEW,
        }
    ),
    Role.COMMUNICATIONS: _LOOKS
    | {
        Permission.ALERT_DISPOSE,
        Permission.ALERT_VERIFY,
        Permission.DISPATCH_TELL,
        Permission.DISPATCH_VIEW,
        Permission.DISPATCH_WORK,
        Permission.SEARCH_RUN,
    },
    Role.CYBER: frozenset(
        {
            Permission.AUDIT_VIEW,
            Permission.BREACH_CLOSE,
            Permission.BREACH_HANDLE,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
        }
    ),
    Role.INSPECTOR: _STOPS,
    Role.IT_SUPPORT: _REPORTS
    | {
        Permission.CHECK_RECORD,
        Permission.CHECK_VIEW,
        Permission.FLEET_MANAGE,
        Permission.FLEET_VIEW,
        Permission.REPAIR_RECORD,
    },
    Role.OFFICER: _STOPS,
    # Records staff and outside agencies have no duty here until their own pages exist: they may sign in and
    # see their own status.
    Role.OUTSIDE: frozenset(),
    Role.RECORDS: frozenset(),
    Role.SUPERVISOR: _STOPS
    | {
        Permission.ACCESS_REQUEST,
        Permission.ALERT_REVIEW,
        Permission.DISPATCH_VIEW,
        Permission.DISPATCH_WORK,
        Permission.FINDING_REVIEW,
        Permission.HOTLIST_REVIEW,
        Permission.OUTCOME_VIEW,
        Permission.OVERRIDE_REVIEW,
        Permission.PENALTY_HANDLE,
        Permission.PERSON_SWITCH_OFF,
        Permission.PERSON_VIEW,
        Permission.RECOVERY_CONFIRM,
        Permission.SEARCH_REVIEW,
        Permission.TRAINING_VIEW,
    },
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that have this permission."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
