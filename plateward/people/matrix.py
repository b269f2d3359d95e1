"""Who may do what: every role and permission of the one table, with the routes behind each permission."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.routes import ROUTES
from plateward.policy.trace import enforces

PERMISSION_TEXTS = {
    Permission.ACCESS_APPROVE: "Approve or deny access",
    Permission.ACCESS_EXPORT: "Export who has which access",
    Permission.ACCESS_REQUEST: "Request access for a person",
    Permission.ACCESS_REVIEW: "Review all access, yearly",
    Permission.ALERT_ACT: "Begin an encounter or enforcement",
    Permission.ALERT_CONFIRM: "Confirm a plate from its image",
    Permission.ALERT_DISPOSE: "Close an alert",
    Permission.ALERT_OBSERVE: "Record what was seen on the vehicle",
    Permission.ALERT_REVIEW: "Review how an alert ended",
    Permission.ALERT_VERIFY: "Verify with NCIC or FMCSA",
    Permission.ALERT_VIEW: "See alerts",
    Permission.AUDIT_REVIEW: "Review the audit log, weekly and quarterly",
    Permission.AUDIT_VIEW: "Read the audit log",
    Permission.BREACH_CLOSE: "Close a breach of security by its root-cause analysis",
    Permission.BREACH_HANDLE: "See to breaches of security, and cut off what leaks",
    Permission.CHECK_RECORD: "Check a reader at the start of a shift",
    Permission.CHECK_VIEW: "See which readers are checked",
    Permission.COMPLIANCE_VIEW: "See the compliance report",
    Permission.CUSTODY_FIND: "Find any read’s chain of custody, without plate and image",
    Permission.CUSTODY_VIEW: "See the chain of custody of an alert’s images",
    Permission.DEPLOYMENT_MANAGE: "Record where readers may record, and where none may",
    Permission.DEPLOYMENT_VIEW: "See where readers are",
    Permission.DESIGNATION_MAKE: "Designate the ALPR administrator",
    Permission.DISPATCH_TELL: "Send an alert to dispatch",
    Permission.DISPATCH_VIEW: "See the dispatch console",
    Permission.DISPATCH_WORK: "Send calls to CAD again",
    Permission.FINDING_REVIEW: "Review possible misuse",
    Permission.FINDING_TUNE: "Set when possible misuse is reported",
    Permission.FLEET_MANAGE: "Enroll and revoke readers",
    Permission.FLEET_VIEW: "See the readers",
    Permission.HOTLIST_ASK: "Request that a plate be listed or removed",
    Permission.HOTLIST_BASIS: "Set what verifies a list of the agency’s own",
    Permission.HOTLIST_IMPORT: "Load hot lists",
    Permission.HOTLIST_LATER: "Allow review after entry",
    Permission.HOTLIST_MANAGE: "Manage lists, their audience and alarms",
    Permission.HOTLIST_REVIEW: "Approve entries of hot lists",
    Permission.HOTLIST_VIEW: "See hot lists",
    Permission.IMAGE_DOWNLOAD: "Download an image, watermarked, and evidence packages",
    Permission.IMAGE_PRINT: "Print an image, watermarked",
    Permission.IMAGE_VIEW: "See images",
    Permission.INCIDENT_RECORD: "Document significant incidents",
    Permission.INTEGRITY_VIEW: "See what the integrity monitor finds, and have it look",
    Permission.INVESTIGATION_HANDLE: "Investigate misuse, and review investigations",
    Permission.MALFUNCTION_REPORT: "Report a malfunction",
    Permission.MALFUNCTION_VIEW: "See malfunctions",
    Permission.OUTCOME_REVIEW: "Judge cameras and lists by their outcomes",
    Permission.OUTCOME_VIEW: "See how alerts ended",
    Permission.OVERRIDE_REVIEW: "Review overridden checks",
    Permission.PENALTY_HANDLE: "Record how an offense was handled",
    Permission.PENALTY_LIFT: "Grant an appeal",
    Permission.PENALTY_RECORD: "Record an offense",
    Permission.PERSON_MANAGE: "Edit, import and place people",
    Permission.PERSON_SWITCH_OFF: "Suspend a person's access at once",
    Permission.PERSON_VIEW: "See people and their history",
    Permission.PROTOCOL_APPROVE: "Approve and withdraw protocols",
    Permission.PROTOCOL_DRAFT: "Write protocols",
    Permission.PROTOCOL_VIEW: "See who acknowledged which protocol",
    Permission.READ_SHARE: "Share a read with a named colleague",
    Permission.RECOVERY_CONFIRM: "Confirm a lost second factor",
    Permission.REPAIR_RECORD: "Record a repair, if authorized to repair",
    Permission.RETENTION_ADMINISTER: "Propose the retention schedule, and confirm the date of a run",
    Permission.RETENTION_APPROVE: "Approve the retention schedule, and sign destruction orders",
    Permission.RETENTION_HOLD: "Place legal holds, and record how a case ended",
    Permission.RETENTION_VIEW: "See what is kept until when",
    Permission.SEARCH_CLEAR: "Decide whether a stopped search goes on",
    Permission.SEARCH_REVIEW: "Approve searches, and see flagged case numbers",
    Permission.SEARCH_RUN: "Search stored reads",
    Permission.TECHNICIAN_AUTHORIZE: "Authorize who may repair",
    Permission.TRAINING_MANAGE: "Manage courses and training records",
    Permission.TRAINING_VIEW: "See training records",
    Permission.TRANSFER_DECIDE: "Approve the transfer of a reader to another area",
}


@dataclass(frozen=True)
class PermissionLine:
    """One permission: its label, the roles that have it, and the addresses that need it."""

    permission: Permission
    text: str
    roles: tuple[Role, ...]
    routes: tuple[str, ...]


@enforces("6.b.i.8", "6.c.i.1", "6.c.i.2", "6.c.i.3", "6.c.i.4", "6.c.i.5", "6.c.ii")
def permission_lines() -> list[PermissionLine]:
    """Every permission, in the order of the table."""
    addresses = dict(_addresses())
    return [
        PermissionLine(
            permission,
            PERMISSION_TEXTS[permission],
            tuple(role for role in Role if permission in ROLE_PERMISSIONS[role]),
            tuple(addresses[name] for name, needs in ROUTES.items() if needs is permission),
        )
        for permission in Permission
    ]


def _addresses(
    resolver: URLResolver | None = None, space: str = "", path: str = "/"
) -> Iterator[tuple[str, str]]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield space + (entry.name or ""), here
        else:
            yield from _addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, here)
