"""Every route that people can reach, and what it requires. Without a row it is refused, and a test fails."""

from dataclasses import dataclass
from enum import StrEnum

from plateward.people.permissions import Permission
from plateward.policy.trace import enforces


class SignInStage(StrEnum):
    """What a route requires when it requires no permission. Each stage includes the ones before it."""

    BANNER = "nothing: it comes before everything else"
    BEFORE_LOGIN = "an acknowledged banner"
    FIRST_FACTOR = "a password, from someone who has no second factor yet"
    SIGNED_IN = "a log-in with a second factor"


class ProofRule(StrEnum):
    """Which requests need a proof from the last few minutes, besides what the row requires."""

    FACTOR = "the second factor, whether it reads or acts"
    FACTOR_FILE = "the second factor: a file of search results leaves the hub"
    FILE = "who it is, whether it reads or acts: a file leaves the hub"
    NONE = "nothing, though a file leaves: it has no person or plate"
    PERSON = "who it is, where it acts"
    TOKEN = "an API token, and no session: people/tokens"  # noqa: S105, a rule's name


@dataclass(frozen=True)
class RouteRule:
    """A route that also needs a proof, or that returns a file. No other route may (middleware.py)."""

    needs: Permission | SignInStage
    proof: ProofRule


def api_route(needs: Permission) -> RouteRule:
    """A route of the API: the person of a token asks, never a session."""
    return RouteRule(needs, ProofRule.TOKEN)


def file_route(needs: Permission) -> RouteRule:
    """A route that returns a file about people or plates."""
    return RouteRule(needs, ProofRule.FILE)


_TABLE: dict[str, Permission | SignInStage | RouteRule] = {
    # Sign-in.
    "banner": SignInStage.BANNER,
    "directory_back": SignInStage.BANNER,  # from another site, so without the cookie that records the banner
    "account_inactive": SignInStage.BEFORE_LOGIN,
    "account_login": SignInStage.BEFORE_LOGIN,
    "account_logout": SignInStage.BEFORE_LOGIN,
    "directory": SignInStage.BEFORE_LOGIN,
    "terminal": SignInStage.BEFORE_LOGIN,
    "mfa_authenticate": SignInStage.BEFORE_LOGIN,
    "mfa_login_webauthn": SignInStage.BEFORE_LOGIN,
    # Another agency's hub, by the signature on its log's checkpoint; nothing of ours is in the answer.
    "witness:add": RouteRule(SignInStage.BANNER, ProofRule.NONE),
    # The person's own first password and first second factor.
    "account_change_password": SignInStage.FIRST_FACTOR,
    "account_reauthenticate": SignInStage.FIRST_FACTOR,
    "mfa_activate_totp": RouteRule(SignInStage.FIRST_FACTOR, ProofRule.FACTOR),
    "mfa_add_webauthn": RouteRule(SignInStage.FIRST_FACTOR, ProofRule.FACTOR),
    "mfa_index": SignInStage.FIRST_FACTOR,
    # The person's own account.
    "access:mine": SignInStage.SIGNED_IN,
    "access:notices": SignInStage.SIGNED_IN,
    "access:notices_read": SignInStage.SIGNED_IN,
    "home": SignInStage.SIGNED_IN,
    "map_tiles": RouteRule(SignInStage.SIGNED_IN, ProofRule.NONE),
    "mfa_deactivate_totp": RouteRule(SignInStage.SIGNED_IN, ProofRule.FACTOR),
    "mfa_edit_webauthn": RouteRule(SignInStage.SIGNED_IN, ProofRule.FACTOR),
    "mfa_generate_recovery_codes": RouteRule(SignInStage.SIGNED_IN, ProofRule.FACTOR),
    "mfa_list_webauthn": SignInStage.SIGNED_IN,
    "mfa_remove_webauthn": RouteRule(SignInStage.SIGNED_IN, ProofRule.FACTOR),
    "mfa_view_recovery_codes": RouteRule(SignInStage.SIGNED_IN, ProofRule.FACTOR),
    "session": SignInStage.FIRST_FACTOR,
    "session_key": SignInStage.FIRST_FACTOR,
    "training:acknowledge": SignInStage.SIGNED_IN,
    "training:download": RouteRule(SignInStage.SIGNED_IN, ProofRule.NONE),
    "training:version": SignInStage.SIGNED_IN,
    # Permissions.
    "access:suspensions": Permission.PERSON_VIEW,
    "access:leave": Permission.PERSON_MANAGE,
    "access:register": Permission.ACCESS_EXPORT,
    "access:register_file": file_route(Permission.ACCESS_EXPORT),
    "access:restore": Permission.PERSON_MANAGE,
    "access:review": Permission.ACCESS_REVIEW,
    "access:review_change": Permission.ACCESS_REVIEW,
    "access:review_close": Permission.ACCESS_REVIEW,
    "access:review_decide": Permission.ACCESS_REVIEW,
    "access:reviews": Permission.ACCESS_REVIEW,
    "access:switch_off": Permission.PERSON_SWITCH_OFF,
    "access:terminate": Permission.PERSON_MANAGE,
    "access:ask": Permission.ACCESS_REQUEST,
    "access:withdraw": Permission.ACCESS_REQUEST,
    "access:decide": Permission.ACCESS_APPROVE,
    "access:office_end": Permission.DESIGNATION_MAKE,
    "access:office_restore": Permission.DESIGNATION_MAKE,
    "access:offices": Permission.DESIGNATION_MAKE,
    "access:recovery": Permission.RECOVERY_CONFIRM,
    "access:recovery_decide": Permission.RECOVERY_CONFIRM,
    "access:waiting": Permission.ACCESS_APPROVE,
    "access:welcome": Permission.PERSON_MANAGE,
    "alerts:acknowledge": Permission.ALERT_VIEW,
    "alerts:act": Permission.ALERT_ACT,
    "alerts:alert": Permission.ALERT_VIEW,
    "alerts:confirm": Permission.ALERT_CONFIRM,
    "alerts:explain": Permission.ALERT_OBSERVE,
    "alerts:historical": Permission.ALERT_VIEW,
    "alerts:moved": Permission.ALERT_VIEW,
    "alerts:observe": Permission.ALERT_OBSERVE,
    "alerts:override": Permission.ALERT_ACT,
    "alerts:queue": Permission.ALERT_VIEW,
    "alerts:quiet": Permission.ALERT_VIEW,
    "alerts:stream": Permission.ALERT_VIEW,
    **dict.fromkeys(
        (
            *(
                "api:ask",
                "api:common_stops",
                "api:count",
                "api:last_seen",
                "api:reads",
                "api:search",
                "api:stop",
            ),
            "api:token",
        ),
        api_route(Permission.SEARCH_RUN),
    ),
    "api_pages:all_tokens": Permission.PERSON_MANAGE,
    "api_pages:end": Permission.PERSON_MANAGE,
    "api_pages:make": RouteRule(Permission.SEARCH_RUN, ProofRule.FACTOR),
    "api_pages:reference": Permission.SEARCH_RUN,
    "api_pages:revoke": Permission.SEARCH_RUN,
    "api_pages:schema": Permission.SEARCH_RUN,
    "api_pages:tokens": Permission.SEARCH_RUN,
    "audit:index": Permission.AUDIT_VIEW,
    "breaches:breach": Permission.BREACH_HANDLE,
    "breaches:close": Permission.BREACH_CLOSE,
    "breaches:cut": Permission.BREACH_HANDLE,
    "breaches:exports": Permission.BREACH_HANDLE,
    "breaches:index": Permission.BREACH_HANDLE,
    "breaches:note": Permission.BREACH_HANDLE,
    "breaches:notified": Permission.BREACH_HANDLE,
    "breaches:report": SignInStage.SIGNED_IN,
    "breaches:suspect": Permission.BREACH_HANDLE,
    "checks:index": Permission.CHECK_VIEW,
    "checks:make": Permission.CHECK_RECORD,
    "checks:reader": Permission.CHECK_VIEW,
    "closing:dispose": Permission.ALERT_DISPOSE,
    "closing:review": Permission.ALERT_REVIEW,
    "closing:to_review": Permission.ALERT_REVIEW,
    "command:absence_end": Permission.HOTLIST_REVIEW,
    "command:absences": Permission.HOTLIST_REVIEW,
    "confirming:fault": Permission.ALERT_CONFIRM,
    "dispatch:again": Permission.DISPATCH_WORK,
    "dispatch:board": Permission.DISPATCH_VIEW,
    "dispatch:call": Permission.DISPATCH_VIEW,
    "dispatch:console": Permission.DISPATCH_VIEW,
    "dispatch:find": Permission.DISPATCH_TELL,
    "dispatch:find_for": Permission.DISPATCH_TELL,
    "dispatch:panel": Permission.ALERT_VIEW,
    "dispatch:tell": Permission.DISPATCH_TELL,
    "exports:ask": Permission.SEARCH_RUN,
    "exports:make": RouteRule(Permission.SEARCH_RUN, ProofRule.FACTOR_FILE),
    "findings:finding": Permission.FINDING_REVIEW,
    "findings:index": Permission.FINDING_REVIEW,
    "findings:thresholds": Permission.FINDING_TUNE,
    "fleet:index": Permission.FLEET_VIEW,
    "fleet:revoke": Permission.FLEET_MANAGE,
    "fleet:unit": Permission.FLEET_MANAGE,
    "hotlists:add": Permission.HOTLIST_MANAGE,
    "hotlists:apply": Permission.HOTLIST_IMPORT,
    "hotlists:basis": Permission.HOTLIST_BASIS,
    "hotlists:codes": Permission.HOTLIST_MANAGE,
    "hotlists:discard": Permission.HOTLIST_IMPORT,
    "hotlists:export": file_route(Permission.HOTLIST_MANAGE),
    "hotlists:feed": Permission.HOTLIST_MANAGE,
    "hotlists:feed_pull": Permission.HOTLIST_MANAGE,
    "hotlists:feeds": Permission.HOTLIST_MANAGE,
    "hotlists:format": Permission.HOTLIST_MANAGE,
    "hotlists:format_add": Permission.HOTLIST_MANAGE,
    "hotlists:format_preview": Permission.HOTLIST_MANAGE,
    "hotlists:format_retire": Permission.HOTLIST_MANAGE,
    "hotlists:formats": Permission.HOTLIST_MANAGE,
    "hotlists:import": Permission.HOTLIST_IMPORT,
    "hotlists:import_announce": Permission.HOTLIST_IMPORT,
    "hotlists:import_end": Permission.HOTLIST_IMPORT,
    "hotlists:import_part": Permission.HOTLIST_IMPORT,
    "hotlists:index": Permission.HOTLIST_VIEW,
    "hotlists:list": Permission.HOTLIST_VIEW,
    "hotlists:load": Permission.HOTLIST_IMPORT,
    "hotlists:protected": Permission.HOTLIST_MANAGE,
    "hotlists:protected_end": Permission.HOTLIST_MANAGE,
    "hotlists:protected_import": Permission.HOTLIST_MANAGE,
    "hotlists:reason_retire": Permission.HOTLIST_MANAGE,
    "hotlists:reasons": Permission.HOTLIST_MANAGE,
    "hotlists:recall": Permission.HOTLIST_MANAGE,
    "hotlists:recalled": Permission.HOTLIST_VIEW,
    "hotlists:rejected_file": file_route(Permission.HOTLIST_IMPORT),
    "hotlists:retire": Permission.HOTLIST_MANAGE,
    "hotlists:return_ask": Permission.HOTLIST_MANAGE,
    "hotlists:return_decide": Permission.HOTLIST_REVIEW,
    "hotlists:settings": Permission.HOTLIST_MANAGE,
    "malfunctions:end": Permission.TECHNICIAN_AUTHORIZE,
    "malfunctions:index": Permission.MALFUNCTION_VIEW,
    "malfunctions:malfunction": Permission.MALFUNCTION_VIEW,
    # A rule refuses people who see a malfunction without being authorized, and cites its own clause.
    "malfunctions:repair": Permission.MALFUNCTION_VIEW,
    "malfunctions:report": Permission.MALFUNCTION_REPORT,
    "malfunctions:report_check": Permission.MALFUNCTION_REPORT,
    "malfunctions:technicians": Permission.TECHNICIAN_AUTHORIZE,
    "outcomes:floor": Permission.OUTCOME_REVIEW,
    "outcomes:index": Permission.OUTCOME_VIEW,
    "outcomes:review": Permission.OUTCOME_REVIEW,
    "overrides:banner": Permission.OVERRIDE_REVIEW,
    "overrides:index": Permission.OVERRIDE_REVIEW,
    "overrides:review": Permission.OVERRIDE_REVIEW,
    "dems:duty": Permission.ALERT_DISPOSE,
    "dems:index": Permission.ALERT_DISPOSE,
    "dems:look": Permission.ALERT_REVIEW,
    "dems:record": Permission.ALERT_DISPOSE,
    "penalties:index": Permission.PERSON_VIEW,
    "penalties:lift": Permission.PENALTY_LIFT,
    "penalties:note": Permission.PENALTY_HANDLE,
    "penalties:offense": Permission.PERSON_VIEW,
    "penalties:record": Permission.PENALTY_RECORD,
    "people:district": Permission.PERSON_MANAGE,
    "people:district_add": Permission.PERSON_MANAGE,
    "people:edit": Permission.PERSON_MANAGE,
    "people:export": file_route(Permission.ACCESS_EXPORT),
    "people:import": Permission.PERSON_MANAGE,
    "people:index": Permission.PERSON_VIEW,
    "people:log_ins": Permission.PERSON_MANAGE,
    "people:release": Permission.PERSON_MANAGE,
    "people:terminal_issue": Permission.PERSON_MANAGE,
    "people:terminal_revoke": Permission.PERSON_MANAGE,
    "people:matrix": Permission.PERSON_VIEW,
    "people:password": Permission.PERSON_MANAGE,
    "people:person": Permission.PERSON_VIEW,
    "people:places": Permission.PERSON_MANAGE,
    "people:unit": Permission.PERSON_MANAGE,
    "people:unit_add": Permission.PERSON_MANAGE,
    "read_sharing:end": Permission.READ_SHARE,
    "read_sharing:own": Permission.READ_SHARE,
    "read_sharing:read": Permission.IMAGE_VIEW,
    "reads:image": Permission.IMAGE_VIEW,
    "requests:ask": Permission.HOTLIST_ASK,
    "requests:emergencies": Permission.HOTLIST_REVIEW,
    "requests:emergency": Permission.HOTLIST_REVIEW,
    "requests:history": Permission.HOTLIST_VIEW,
    "requests:later": Permission.HOTLIST_LATER,
    "requests:mend": Permission.HOTLIST_ASK,
    "requests:mine": Permission.HOTLIST_ASK,
    "requests:own": Permission.HOTLIST_ASK,
    "requests:remove": Permission.HOTLIST_ASK,
    "requests:review": Permission.HOTLIST_REVIEW,
    "requests:to_review": Permission.HOTLIST_REVIEW,
    "requests:withdraw": Permission.HOTLIST_ASK,
    "searches:approvals": Permission.SEARCH_REVIEW,
    "searches:ask": Permission.SEARCH_RUN,
    "searches:decide": Permission.SEARCH_REVIEW,
    "searches:flagged": Permission.SEARCH_REVIEW,
    "searches:own": Permission.SEARCH_RUN,
    "searches:search": Permission.SEARCH_RUN,
    "searches:stopped": Permission.SEARCH_CLEAR,
    "searches:stopped_search": Permission.SEARCH_CLEAR,
    "searches:withdraw": Permission.SEARCH_RUN,
    **dict.fromkeys(
        (
            *(
                "results:both_scenes",
                "results:common_stops",
                "results:image",
                "results:index",
                "results:last_seen",
            ),
            *("results:page", "results:read", "results:stream", "results:traveled_with", "results:unmask"),
        ),
        Permission.SEARCH_RUN,
    ),
    "sharing:end": Permission.ALERT_VIEW,
    "sharing:share": Permission.ALERT_VIEW,
    "verifying:door": Permission.ALERT_VERIFY,
    "verifying:entry_answer": Permission.ALERT_VERIFY,
    "verifying:entry_ask": Permission.ALERT_VERIFY,
    "verifying:fmcsa": Permission.ALERT_VERIFY,
    "verifying:hit": Permission.ALERT_VERIFY,
    "verifying:ncic": Permission.ALERT_VERIFY,
    "training:add": Permission.TRAINING_MANAGE,
    "training:close": Permission.TRAINING_MANAGE,
    "training:course": Permission.TRAINING_VIEW,
    "training:course_add": Permission.TRAINING_MANAGE,
    "training:course_edit": Permission.TRAINING_MANAGE,
    "training:courses": Permission.TRAINING_VIEW,
    "training:duties": Permission.TRAINING_VIEW,
    "training:duty": Permission.TRAINING_VIEW,
    "training:duty_add": Permission.TRAINING_MANAGE,
    "training:exempt": Permission.TRAINING_MANAGE,
    "training:hand_over": Permission.TRAINING_MANAGE,
    "training:import": Permission.TRAINING_MANAGE,
    "training:index": Permission.TRAINING_VIEW,
    "training:material": Permission.TRAINING_MANAGE,
    "training:person": Permission.TRAINING_VIEW,
    "training:readers": Permission.TRAINING_VIEW,
    "training:release": Permission.TRAINING_MANAGE,
    "training:require": RouteRule(Permission.TRAINING_MANAGE, ProofRule.PERSON),
    "training:withdraw": Permission.TRAINING_MANAGE,
}

ROUTES: dict[str, Permission | SignInStage] = {
    route: row.needs if isinstance(row, RouteRule) else row for route, row in _TABLE.items()
}
PROOFS: dict[str, ProofRule] = {
    route: row.proof for route, row in _TABLE.items() if isinstance(row, RouteRule)
}

# What a locked session may still request: unlocking and signing out.
WHILE_LOCKED = frozenset({"account_logout", "account_reauthenticate", "session", "session_key"})

# Requests that an open page makes on its own: nobody is active.
UNATTENDED = frozenset(
    {
        "alerts:moved",
        "dispatch:board",
        "dispatch:panel",
        "overrides:banner",
        "requests:emergencies",
        "session_key",
    }
)

# Permissions whose acts need a proof, on each of their routes.
SENSITIVE = frozenset(
    {
        Permission.ACCESS_APPROVE,
        Permission.DESIGNATION_MAKE,
        Permission.PENALTY_RECORD,
        Permission.PERSON_MANAGE,
        Permission.RECOVERY_CONFIRM,
    }
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@enforces("6.a.i.2", "6.c.ii.1")
def proof_of(route: str, method: str) -> ProofRule | None:
    """What this request needs proved in the last few minutes, if anything."""
    proof = PROOFS.get(route, ProofRule.PERSON if ROUTES.get(route) in SENSITIVE else ProofRule.NONE)
    if proof is ProofRule.NONE or (proof is ProofRule.PERSON and method in SAFE_METHODS):
        return None
    return proof


@enforces("6.c.ii.1")
def by_token(route: str) -> bool:
    """Whether this route belongs to the API."""
    return PROOFS.get(route) is ProofRule.TOKEN


def leaves_as_file(route: str) -> bool:
    """Whether its answer is a file with people or plates."""
    return PROOFS.get(route) in (ProofRule.FACTOR_FILE, ProofRule.FILE)


def may_give_file(route: str) -> bool:
    """Whether this route may return a file."""
    return PROOFS.get(route) in (ProofRule.FACTOR_FILE, ProofRule.FILE, ProofRule.NONE)
