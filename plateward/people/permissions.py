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
    AUDIT_REVIEW = "audit.review"
    AUDIT_VIEW = "audit.view"
    BREACH_CLOSE = "breach.close"
    BREACH_HANDLE = "breach.handle"
    CHECK_RECORD = "check.record"
    CHECK_VIEW = "check.view"
    COMPLIANCE_VIEW = "compliance.view"
    CUSTODY_FIND = "custody.find"
    CUSTODY_VIEW = "custody.view"
    DEPLOYMENT_MANAGE = "deployment.manage"
    DEPLOYMENT_VIEW = "deployment.view"
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
    IMAGE_DOWNLOAD = "image.download"
    IMAGE_PRINT = "image.print"
    IMAGE_VIEW = "image.view"
    INCIDENT_RECORD = "incident.record"
    INTEGRITY_VIEW = "integrity.view"
    INVESTIGATION_HANDLE = "investigation.handle"
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
    PROTOCOL_APPROVE = "protocol.approve"
    PROTOCOL_DRAFT = "protocol.draft"
    PROTOCOL_VIEW = "protocol.view"
    READ_SHARE = "read.share"
    RECOVERY_CONFIRM = "recovery.confirm"
    REPAIR_RECORD = "repair.record"
    RETENTION_ADMINISTER = "retention.administer"
    RETENTION_APPROVE = "retention.approve"
    RETENTION_HOLD = "retention.hold"
    RETENTION_VIEW = "retention.view"
    SEARCH_CLEAR = "search.clear"
    SEARCH_REVIEW = "search.review"
    SEARCH_RUN = "search.run"
    TECHNICIAN_AUTHORIZE = "technician.authorize"
    TRAINING_MANAGE = "training.manage"
    TRAINING_VIEW = "training.view"
    TRANSFER_DECIDE = "transfer.decide"


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
# Sworn people and inspectors stop the vehicle: only they observe it and record an encounter or enforcement. They take
# images along because what they closed with enforcement is theirs to bring into evidence (6.a.iv, 6.e.iv.4). Dispatch
# verifies and relays what it sees (6.c.i.4); IT Support maintains the system without reading plates (6.c.i.3).
_STOPS = _LOOKS | {
    Permission.ALERT_ACT,
    Permission.ALERT_CONFIRM,
    Permission.ALERT_DISPOSE,
    Permission.ALERT_OBSERVE,
    Permission.ALERT_VERIFY,
    Permission.CHECK_RECORD,
    Permission.CHECK_VIEW,
    Permission.CUSTODY_VIEW,
    Permission.DISPATCH_TELL,
    Permission.HOTLIST_ASK,
    Permission.IMAGE_DOWNLOAD,
    Permission.IMAGE_PRINT,
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
            Permission.AUDIT_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.CHECK_VIEW,
            Permission.COMPLIANCE_VIEW,
            Permission.CUSTODY_FIND,
            Permission.CUSTODY_VIEW,
            Permission.DEPLOYMENT_MANAGE,
            Permission.DEPLOYMENT_VIEW,
            Permission.FINDING_REVIEW,
            Permission.FINDING_TUNE,
            Permission.FLEET_MANAGE,
            Permission.FLEET_VIEW,
            Permission.HOTLIST_IMPORT,
            Permission.HOTLIST_MANAGE,
            Permission.HOTLIST_VIEW,
            Permission.INTEGRITY_VIEW,
            Permission.INVESTIGATION_HANDLE,
            Permission.MALFUNCTION_REPORT,
            Permission.MALFUNCTION_VIEW,
            Permission.OUTCOME_REVIEW,
            Permission.OUTCOME_VIEW,
            Permission.PENALTY_RECORD,
            Permission.PERSON_MANAGE,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.PROTOCOL_DRAFT,
            Permission.PROTOCOL_VIEW,
            Permission.RECOVERY_CONFIRM,
            Permission.RETENTION_ADMINISTER,
            Permission.RETENTION_HOLD,
            Permission.RETENTION_VIEW,
            Permission.SEARCH_CLEAR,
            Permission.TECHNICIAN_AUTHORIZE,
            Permission.TRAINING_MANAGE,
            Permission.TRAINING_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.AUDIT_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.COMPLIANCE_VIEW,
            Permission.CUSTODY_FIND,
            Permission.CUSTODY_VIEW,
            Permission.FINDING_REVIEW,
            Permission.INVESTIGATION_HANDLE,
            Permission.RETENTION_VIEW,
        }
    ),
    Role.CHIEF: frozenset(
        {
            Permission.ACCESS_APPROVE,
            Permission.ACCESS_EXPORT,
            Permission.ACCESS_REVIEW,
            Permission.AUDIT_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.CHECK_VIEW,
            Permission.COMPLIANCE_VIEW,
            Permission.CUSTODY_FIND,
            Permission.CUSTODY_VIEW,
            Permission.DEPLOYMENT_VIEW,
            Permission.DESIGNATION_MAKE,
            Permission.FINDING_REVIEW,
            Permission.HOTLIST_BASIS,
            Permission.HOTLIST_LATER,
            Permission.HOTLIST_REVIEW,
            Permission.HOTLIST_VIEW,
            Permission.INCIDENT_RECORD,
            Permission.INVESTIGATION_HANDLE,
            Permission.MALFUNCTION_VIEW,
            Permission.OUTCOME_VIEW,
            Permission.OVERRIDE_REVIEW,
            Permission.PENALTY_HANDLE,
            Permission.PENALTY_LIFT,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.PROTOCOL_APPROVE,
            Permission.PROTOCOL_VIEW,
            Permission.RECOVERY_CONFIRM,
            Permission.RETENTION_APPROVE,
            Permission.RETENTION_HOLD,
            Permission.RETENTION_VIEW,
            Permission.SEARCH_REVIEW,
            Permission.SEARCH_RUN,
            Permission.TRAINING_VIEW,
            Permission.TRANSFER_DECIDE,
        }
    ),
    Role.CJIS_OFFICER: frozenset(
        {
            Permission.ACCESS_EXPORT,
            Permission.AUDIT_REVIEW,
            Permission.AUDIT_VIEW,
            Permission.BREACH_HANDLE,
            Permission.COMPLIANCE_VIEW,
            Permission.CUSTODY_FIND,
            Permission.CUSTODY_VIEW,
            Permission.FINDING_REVIEW,
            Permission.INVESTIGATION_HANDLE,
            Permission.PERSON_SWITCH_OFF,
            Permission.PERSON_VIEW,
            Permission.PROTOCOL_VIEW,
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
        Permission.DEPLOYMENT_VIEW,
        Permission.FLEET_MANAGE,
        Permission.FLEET_VIEW,
        Permission.INTEGRITY_VIEW,
        Permission.REPAIR_RECORD,
    },
    Role.OFFICER: _STOPS,
    # Outside agencies have no duty here until their own pages exist: they may sign in and see their own status.
    Role.OUTSIDE: frozenset(),
    # Accountable for the chain of custody in court (6.h.iv): no page of theirs shows a plate or an image to who may not
    # see them. They hear of subpoenas and court decisions; who follows a case holds what it needs, and no more.
    Role.RECORDS: frozenset(
        {
            Permission.CUSTODY_FIND,
            Permission.CUSTODY_VIEW,
            Permission.RETENTION_HOLD,
            Permission.RETENTION_VIEW,
        }
    ),
    Role.SUPERVISOR: _STOPS
    | {
        Permission.ACCESS_REQUEST,
        Permission.ALERT_REVIEW,
        Permission.DISPATCH_VIEW,
        Permission.DISPATCH_WORK,
        Permission.FINDING_REVIEW,
        Permission.HOTLIST_REVIEW,
        Permission.INVESTIGATION_HANDLE,
        Permission.OUTCOME_VIEW,
        Permission.OVERRIDE_REVIEW,
        Permission.PENALTY_HANDLE,
        Permission.PERSON_SWITCH_OFF,
        Permission.PERSON_VIEW,
        Permission.PROTOCOL_VIEW,
        Permission.RECOVERY_CONFIRM,
        Permission.RETENTION_HOLD,
        Permission.SEARCH_REVIEW,
        Permission.TRAINING_VIEW,
    },
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that have this permission."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]
