"""Which routes ask for a purpose, and which purposes a person may state. Pure.

Whoever logs in states it once, before the first page with reads, images, hot lists or the log. Another act has its own,
or shows none of these: the table says which for every permission. What it does not name is asked for a purpose.
"""

from collections.abc import Collection
from enum import StrEnum

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people.permissions import Permission
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES

CLAUSE = "6.a.i.1"


class PurposeSource(StrEnum):
    """Where the purpose of a route is."""

    ALERT = "the alert: its list says why the plate is wanted, and its check or close is the purpose"
    CASE = "the number and the use that each copy, package or hold states"
    NONE = "none is needed: it shows no reads, images, hot list entries or log"
    REQUEST = "the request: its reason and its number"
    REVIEW = "the review, finding, breach or investigation that it belongs to"
    SEARCH = "the search: it states its own purpose, reason and number"
    STATED = "stated once after log-in"


_SOURCES: dict[PurposeSource, tuple[Permission, ...]] = {
    PurposeSource.STATED: (
        *(Permission.AUDIT_EXPORT, Permission.AUDIT_VIEW, Permission.CUSTODY_FIND, Permission.CUSTODY_VIEW),
        *(Permission.HOTLIST_BASIS, Permission.HOTLIST_IMPORT, Permission.HOTLIST_MANAGE),
        *(Permission.HOTLIST_VIEW, Permission.IMAGE_VIEW, Permission.READ_SHARE),
    ),
    PurposeSource.ALERT: (
        *(Permission.ALERT_ACT, Permission.ALERT_CONFIRM, Permission.ALERT_DISPOSE),
        *(Permission.ALERT_OBSERVE, Permission.ALERT_REVIEW, Permission.ALERT_VERIFY),
        *(Permission.ALERT_VIEW, Permission.DISPATCH_TELL, Permission.DISPATCH_VIEW),
        *(Permission.DISPATCH_WORK, Permission.OUTCOME_REVIEW, Permission.OVERRIDE_REVIEW),
    ),
    PurposeSource.CASE: (
        *(Permission.IMAGE_DOWNLOAD, Permission.IMAGE_PRINT),
        *(Permission.RETENTION_APPROVE, Permission.RETENTION_HOLD),
    ),
    PurposeSource.REQUEST: (
        *(Permission.HOTLIST_ASK, Permission.HOTLIST_REVIEW),
        *(Permission.PICTURE_REDACT, Permission.PICTURE_RELEASE),
    ),
    PurposeSource.REVIEW: (
        *(Permission.AUDIT_REVIEW, Permission.BREACH_CLOSE, Permission.BREACH_HANDLE),
        *(Permission.FINDING_REVIEW, Permission.INVESTIGATION_HANDLE),
    ),
    PurposeSource.SEARCH: (
        *(Permission.SEARCH_CLEAR, Permission.SEARCH_EXPORT),
        *(Permission.SEARCH_REVIEW, Permission.SEARCH_RUN),
    ),
    PurposeSource.NONE: (
        *(Permission.AGENCY_CONSULT, Permission.AGENCY_DECIDE, Permission.AGENCY_REQUEST),
        *(Permission.AGENCY_REVOKE, Permission.AGENCY_VIEW),
        *(Permission.ACCESS_APPROVE, Permission.ACCESS_EXPORT, Permission.ACCESS_REQUEST),
        *(Permission.ACCESS_REVIEW, Permission.CHECK_RECORD, Permission.CHECK_VIEW),
        *(Permission.COMPLIANCE_VIEW, Permission.DEPLOYMENT_MANAGE, Permission.DEPLOYMENT_VIEW),
        *(Permission.DESIGNATION_MAKE, Permission.FINDING_TUNE, Permission.FLEET_MANAGE),
        *(Permission.FLEET_VIEW, Permission.HOTLIST_LATER, Permission.INCIDENT_RECORD),
        *(Permission.INTEGRITY_VIEW, Permission.MALFUNCTION_REPORT, Permission.MALFUNCTION_VIEW),
        *(Permission.OUTCOME_VIEW, Permission.OVERRIDE_ALLOW, Permission.PENALTY_HANDLE),
        Permission.PENALTY_LIFT,
        *(Permission.PENALTY_RECORD, Permission.PERSON_MANAGE, Permission.PERSON_SWITCH_OFF),
        *(Permission.PERSON_VIEW, Permission.PROTOCOL_APPROVE, Permission.PROTOCOL_DRAFT),
        *(Permission.PROTOCOL_VIEW, Permission.RECOVERY_CONFIRM, Permission.REPAIR_RECORD),
        *(Permission.RECORDS_APPROVE, Permission.RECORDS_HANDLE, Permission.RECORDS_VIEW),
        *(Permission.RELEASE_RULE_PROPOSE, Permission.RELEASE_RULE_VIEW),
        *(Permission.RETENTION_ADMINISTER, Permission.RETENTION_VIEW, Permission.SEARCH_REACH),
        *(Permission.SHARING_COUNTERSIGN, Permission.SHARING_PUBLISH),
        *(Permission.SHARING_SIGN, Permission.SHARING_VIEW),
        *(Permission.TECHNICIAN_AUTHORIZE, Permission.TRAINING_MANAGE, Permission.TRAINING_VIEW),
        *(Permission.TRANSFER_DECIDE, Permission.TRANSPARENCY_DECIDE),
        *(Permission.TRANSPARENCY_MANAGE, Permission.TRANSPARENCY_VIEW),
    ),
}
SOURCE_OF = {permission: source for source, permissions in _SOURCES.items() for permission in permissions}
# Routes whose permission has another source.
ROUTE_SOURCES = {
    "alerts:picture": PurposeSource.ALERT,
    "custody:ask": PurposeSource.CASE,
}
# The purposes of duties beside those of searches, and the permission that makes each a duty.
DUTY_PURPOSES = {
    "patrol": ("Patrol: reads and hot lists of the shift", Permission.HOTLIST_ASK),
    "dispatch": ("Dispatch: alerts, calls and units in the field", Permission.DISPATCH_WORK),
    "hot_lists": ("Keeping the hot lists current and correct", Permission.HOTLIST_MANAGE),
    "oversight": ("Audit and oversight of how the system is used", Permission.AUDIT_VIEW),
    "court": ("Evidence and its chain of custody, for court", Permission.CUSTODY_VIEW),
    "supervision": ("Supervision of hot lists, alerts and searches", Permission.HOTLIST_REVIEW),
}


def purpose_source(route: str) -> PurposeSource:
    """Where the purpose of this route is. One without a permission is the person's own account."""
    needs = ROUTES.get(route)
    if isinstance(needs, SignInStage):
        return PurposeSource.NONE
    if route in ROUTE_SOURCES:
        return ROUTE_SOURCES[route]
    return SOURCE_OF.get(needs, PurposeSource.STATED) if needs else PurposeSource.STATED


def purposes_for(permissions: Collection[Permission]) -> dict[str, str]:
    """The purposes that somebody with these permissions may state, those of their duty first; key → words."""
    own = {key: words for key, (words, duty) in DUTY_PURPOSES.items() if duty in permissions}
    if Permission.SEARCH_RUN in permissions:
        own |= {key: purpose.label for key, purpose in PURPOSES.items()}
    return own


@enforces("6.a.i.1/every", "SB40.share/recorded")
def may_state(purpose: str, permissions: Collection[Permission]) -> Decision:
    """Whether this is a purpose of somebody with these permissions: of law enforcement or public safety."""
    if purpose in purposes_for(permissions):
        return Allow()
    return Refusal(
        CLAUSE,
        "You have not stated for what you look at reads, images, hot lists or the log.",
        "State the purpose first. No purpose outside law enforcement and public safety is allowed.",
        field="purpose",
    )


def purpose_words(purpose: str) -> str:
    """A purpose in words."""
    return DUTY_PURPOSES[purpose][0] if purpose in DUTY_PURPOSES else PURPOSES[purpose].label
