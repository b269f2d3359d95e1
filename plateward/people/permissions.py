"""Roles and what each may do: the one table of authorization. Whatever it does not name is denied."""

from collections.abc import Collection

from plateward.ground.labeled import Labeled
from plateward.ground.policy.trace import enforces


@enforces("6.c.i.1/role", "6.c.i.2/sworn", "6.c.i.3/role", "6.c.i.4/role", "6.c.i.5/role", "AC-6/least")
class Role(Labeled):
    """A person has one role, by rank and duties."""

    ADMINISTRATOR = "administrator", "ALPR administrator"
    AUDITOR = "auditor", "Auditor"
    CHIEF = "chief", "Chief or designee"
    CJIS_OFFICER = "cjis_officer", "CJIS Security Officer"
    COMMUNICATIONS = "communications", "Communications"
    CYBER = "cyber", "IT Cyber Security"
    INSPECTOR = "inspector", "Transportation Inspector"
    IT_SUPPORT = "it_support", "IT Support"
    OFFICER = "officer", "Officer or agent"
    OUTSIDE = "outside", "Outside agency"
    RECORDS = "records", "Records (IPRA)"
    SUPERVISOR = "supervisor", "Supervisor"


(
    ADMINISTRATOR,
    AUDITOR,
    CHIEF,
    CJIS_OFFICER,
    COMMUNICATIONS,
    CYBER,
    INSPECTOR,
    IT_SUPPORT,
    OFFICER,
    OUTSIDE,
    RECORDS,
    SUPERVISOR,
) = Role
# Sworn people and inspectors stop the vehicle: only they observe it and record an encounter or enforcement. They take
# images along because what they closed with enforcement is theirs to bring into evidence (6.a.iv, 6.e.iv.4).
_STOP = (INSPECTOR, OFFICER, SUPERVISOR)
LEADERS = (ADMINISTRATOR, CHIEF, SUPERVISOR)  # whoever may be a supervisor of others
# Dispatch verifies and relays what it sees (6.c.i.4); IT Support maintains the system without reading plates (6.c.i.3).
_LOOK = (COMMUNICATIONS, *_STOP)


class Permission(Labeled):
    """Alphabetized; "thing.verb", as the audit log's events; what it allows; the roles that have it.

    Outside agencies search within their grant, and nothing else (people/agencies): no export, no program. Records
    is accountable for the chain of custody in court (6.h.iv): no page of theirs shows a plate or an image to who may
    not see them, but for a picture that a records request names, which they redact (6.h.iii). They hear of subpoenas
    and court decisions; who follows a case holds what it needs, and no more."""

    roles: frozenset[Role]

    def __new__(cls, value: str, label: str = "", roles: Collection[Role] = ()) -> "Permission":
        member = str.__new__(cls, value)
        member._value_, member.label, member.roles = value, label, frozenset(roles)
        return member

    ACCESS_APPROVE = "access.approve", "Approve or deny access", (ADMINISTRATOR, CHIEF)
    ACCESS_EXPORT = "access.export", "Export who has which access", (ADMINISTRATOR, CHIEF, CJIS_OFFICER)
    ACCESS_REQUEST = "access.request", "Request access for a person", (ADMINISTRATOR, SUPERVISOR)
    ACCESS_REVIEW = "access.review", "Review all access, yearly", (ADMINISTRATOR, CHIEF)
    AGENCY_CONSULT = "agency.consult", "Answer before an outside agency gets access", (CHIEF,)
    AGENCY_DECIDE = "agency.decide", "Grant or deny access of outside agencies", (ADMINISTRATOR,)
    AGENCY_REQUEST = (
        "agency.request",
        "Register outside agencies, and record their requests and declarations",
        (ADMINISTRATOR, SUPERVISOR),
    )
    AGENCY_REVOKE = "agency.revoke", "Revoke an outside agency’s access", (ADMINISTRATOR, CHIEF)
    AGENCY_VIEW = (
        "agency.view",
        "See outside agencies and what they may ask",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, SUPERVISOR),
    )
    ALERT_ACT = "alert.act", "Begin an encounter or enforcement", _STOP
    ALERT_CONFIRM = "alert.confirm", "Confirm a plate from its image", _STOP
    ALERT_DISPOSE = "alert.dispose", "Close an alert", _LOOK
    ALERT_OBSERVE = "alert.observe", "Record what was seen on the vehicle", _STOP
    ALERT_REVIEW = "alert.review", "Review how an alert ended", (SUPERVISOR,)
    ALERT_VERIFY = "alert.verify", "Verify with NCIC or FMCSA", _LOOK
    ALERT_VIEW = "alert.view", "See alerts", _LOOK
    AUDIT_EXPORT = (
        "audit.export",
        "Download the whole audit log with its proof",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER),
    )
    AUDIT_REVIEW = (
        "audit.review",
        "Review the audit log, weekly and quarterly",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER),
    )
    AUDIT_VIEW = "audit.view", "Read the audit log", (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, CYBER)
    BREACH_CLOSE = "breach.close", "Close a breach with its root-cause analysis", (CYBER,)
    BREACH_HANDLE = (
        "breach.handle",
        "Handle breaches, cut off leaks, and accept altered records",
        (ADMINISTRATOR, CHIEF, CJIS_OFFICER, CYBER),
    )
    CHECK_RECORD = "check.record", "Check a reader at the start of a shift", (IT_SUPPORT, *_STOP)
    CHECK_VIEW = "check.view", "See which readers are checked", (ADMINISTRATOR, CHIEF, IT_SUPPORT, *_STOP)
    COMPLIANCE_VIEW = (
        "compliance.view",
        "See the compliance report",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER),
    )
    CUSTODY_FIND = (
        "custody.find",
        "Find any read’s chain of custody, without plate or image",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, RECORDS),
    )
    CUSTODY_VIEW = (
        "custody.view",
        "See the chain of custody of an alert’s images",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, RECORDS, *_STOP),
    )
    DEPLOYMENT_MANAGE = "deployment.manage", "Set where readers may record", (ADMINISTRATOR,)
    DEPLOYMENT_VIEW = "deployment.view", "See where readers are", (ADMINISTRATOR, CHIEF, IT_SUPPORT)
    DESIGNATION_MAKE = "designation.make", "Designate the ALPR administrator", (CHIEF,)
    DISPATCH_TELL = "dispatch.tell", "Send an alert to dispatch", _LOOK
    DISPATCH_VIEW = "dispatch.view", "See the dispatch console", (COMMUNICATIONS, SUPERVISOR)
    DISPATCH_WORK = "dispatch.work", "Send calls to CAD again", (COMMUNICATIONS, SUPERVISOR)
    FINDING_REVIEW = (
        "finding.review",
        "Review possible misuse",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, SUPERVISOR),
    )
    FINDING_TUNE = "finding.tune", "Set misuse detection thresholds", (ADMINISTRATOR,)
    FLEET_MANAGE = "fleet.manage", "Enroll and revoke readers", (ADMINISTRATOR, IT_SUPPORT)
    FLEET_VIEW = "fleet.view", "See the readers", (ADMINISTRATOR, IT_SUPPORT)
    HOTLIST_ASK = "hotlist.ask", "Request that a plate be listed or removed", _STOP
    HOTLIST_BASIS = "hotlist.basis", "Set verification for the agency’s own lists", (CHIEF,)
    HOTLIST_IMPORT = "hotlist.import", "Load hot lists", (ADMINISTRATOR,)
    HOTLIST_LATER = "hotlist.later", "Allow review after entry", (CHIEF,)
    HOTLIST_MANAGE = "hotlist.manage", "Manage lists, their audience and alarms", (ADMINISTRATOR,)
    HOTLIST_REVIEW = "hotlist.review", "Approve entries of hot lists", (CHIEF, SUPERVISOR)
    HOTLIST_VIEW = "hotlist.view", "See hot lists", (ADMINISTRATOR, CHIEF, *_LOOK)
    IMAGE_DOWNLOAD = "image.download", "Download an image, watermarked, and evidence packages", _STOP
    IMAGE_PRINT = "image.print", "Print an image, watermarked", _STOP
    IMAGE_VIEW = "image.view", "See images", _LOOK
    INCIDENT_RECORD = "incident.record", "Document significant incidents", (CHIEF,)
    INTEGRITY_VIEW = (
        "integrity.view",
        "See the integrity monitor's findings and run checks",
        (ADMINISTRATOR, IT_SUPPORT),
    )
    INVESTIGATION_HANDLE = (
        "investigation.handle",
        "Investigate misuse, and review investigations",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER, SUPERVISOR),
    )
    MALFUNCTION_REPORT = "malfunction.report", "Report a malfunction", (ADMINISTRATOR, IT_SUPPORT, *_LOOK)
    MALFUNCTION_VIEW = "malfunction.view", "See malfunctions", (ADMINISTRATOR, CHIEF, IT_SUPPORT, *_LOOK)
    OUTCOME_REVIEW = "outcome.review", "Review muted cameras and lists", (ADMINISTRATOR,)
    OUTCOME_VIEW = "outcome.view", "See how alerts ended", (ADMINISTRATOR, AUDITOR, CHIEF, SUPERVISOR)
    OVERRIDE_ALLOW = "override.allow", "Allow an exception for imminent danger", (CHIEF,)
    OVERRIDE_REVIEW = "override.review", "Review overridden checks", (CHIEF, SUPERVISOR)
    PENALTY_HANDLE = "penalty.handle", "Record how an offense was handled", (CHIEF, SUPERVISOR)
    PENALTY_LIFT = "penalty.lift", "Grant an appeal", (CHIEF,)
    PENALTY_RECORD = "penalty.record", "Record an offense", (ADMINISTRATOR,)
    PERSON_MANAGE = "person.manage", "Edit, import and place people", (ADMINISTRATOR,)
    PERSON_SWITCH_OFF = (
        "person.switch_off",
        "Suspend a person's access at once",
        (ADMINISTRATOR, CHIEF, CJIS_OFFICER, CYBER, SUPERVISOR),
    )
    PERSON_VIEW = (
        "person.view",
        "See people and their history",
        (ADMINISTRATOR, CHIEF, CJIS_OFFICER, CYBER, SUPERVISOR),
    )
    PICTURE_REDACT = "picture.redact", "Review and redact pictures for release", (RECORDS,)
    PICTURE_RELEASE = "picture.release", "See redacted pictures, as they may leave", (CHIEF, RECORDS)
    PROTOCOL_APPROVE = "protocol.approve", "Approve and withdraw protocols", (CHIEF,)
    PROTOCOL_DRAFT = "protocol.draft", "Write protocols", (ADMINISTRATOR,)
    PROTOCOL_VIEW = (
        "protocol.view",
        "See who acknowledged which protocol",
        (ADMINISTRATOR, CHIEF, CJIS_OFFICER, SUPERVISOR),
    )
    READ_SHARE = "read.share", "Share a read with a named colleague", _STOP
    RECORDS_APPROVE = (
        "records.approve",
        "Approve answers to records requests, and release rules",
        (CHIEF,),
    )
    RECORDS_HANDLE = "records.handle", "Handle requests for public records", (RECORDS,)
    RECORDS_VIEW = "records.view", "See requests for public records", (CHIEF, RECORDS)
    RECOVERY_CONFIRM = "recovery.confirm", "Confirm a lost second factor", (ADMINISTRATOR, CHIEF, SUPERVISOR)
    RELEASE_RULE_PROPOSE = "release_rule.propose", "Propose rules of release", (ADMINISTRATOR,)
    RELEASE_RULE_VIEW = "release_rule.view", "See rules of release", (ADMINISTRATOR, CHIEF, RECORDS)
    REPAIR_RECORD = "repair.record", "Record a repair, if authorized to repair", (IT_SUPPORT,)
    RETENTION_ADMINISTER = (
        "retention.administer",
        "Propose the retention schedule, and confirm the date for a run",
        (ADMINISTRATOR,),
    )
    RETENTION_APPROVE = (
        "retention.approve",
        "Approve the retention schedule, and sign destruction orders",
        (CHIEF,),
    )
    RETENTION_HOLD = (
        "retention.hold",
        "Place legal holds, and record how a case ended",
        (ADMINISTRATOR, CHIEF, RECORDS, SUPERVISOR),
    )
    RETENTION_VIEW = "retention.view", "See what is kept until when", (ADMINISTRATOR, AUDITOR, CHIEF, RECORDS)
    SEARCH_CLEAR = "search.clear", "Decide on stopped requests", (ADMINISTRATOR,)
    SEARCH_EXPORT = "search.export", "Export results of a search, and search by programs", (CHIEF, *_LOOK)
    SEARCH_REACH = "search.reach", "Set whose reads each duty searches", (ADMINISTRATOR,)
    SEARCH_REVIEW = "search.review", "Approve searches, and see flagged case numbers", (CHIEF, SUPERVISOR)
    SEARCH_RUN = "search.run", "Search stored reads", (CHIEF, OUTSIDE, *_LOOK)
    SHARING_COUNTERSIGN = "sharing.countersign", "Countersign the sharing configuration", (CHIEF,)
    SHARING_PUBLISH = "sharing.publish", "Turn on or off what the public sees", (ADMINISTRATOR, CHIEF)
    SHARING_SIGN = "sharing.sign", "Sign the sharing configuration", (ADMINISTRATOR,)
    SHARING_VIEW = (
        "sharing.view",
        "See the sharing configuration and who signed it",
        (ADMINISTRATOR, AUDITOR, CHIEF, CJIS_OFFICER),
    )
    TECHNICIAN_AUTHORIZE = "technician.authorize", "Authorize who may repair", (ADMINISTRATOR,)
    TRAINING_MANAGE = "training.manage", "Manage courses and training records", (ADMINISTRATOR,)
    TRAINING_VIEW = "training.view", "See training records", (ADMINISTRATOR, CHIEF, CJIS_OFFICER, SUPERVISOR)
    TRANSFER_DECIDE = "transfer.decide", "Approve where readers record and their transfers", (CHIEF,)
    TRANSPARENCY_DECIDE = "transparency.decide", "Approve yearly reports", (CHIEF,)
    TRANSPARENCY_MANAGE = (
        "transparency.manage",
        "Count a yearly report, and import those of other agencies",
        (ADMINISTRATOR,),
    )
    TRANSPARENCY_VIEW = (
        "transparency.view",
        "See yearly reports and what is published",
        (ADMINISTRATOR, CHIEF),
    )


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(permission for permission in Permission if role in permission.roles) for role in Role
}
