"""What happens to an outside agency, each one act: the only module that writes its rows."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import lock_row
from plateward.core.decisions.reminders import was_reminded
from plateward.core.decisions.rules import is_as_seen
from plateward.core.pages.documents import UploadedDocument, scan_type_of
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.agencies import rules
from plateward.people.agencies.models import (
    Agency,
    AgencyDecision,
    AgencyGrant,
    AgencyRequest,
    Consultation,
    Declaration,
    DeclarationLetter,
    GrantRevocation,
)
from plateward.people.agencies.rules import AgencyState, Scope
from plateward.people.agency_terms import GRANT
from plateward.people.models import Person, SignIn
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.people.tokens.actions import revoke_all
from plateward.people.tokens.models import ApiToken

WARNINGS = (timedelta(days=30), timedelta(days=7))  # before access or declaration ends


@dataclass(frozen=True)
class AskedScope:
    """A scope as its form gives it. `last_day` included."""

    purposes: Sequence[str]
    offenses: Sequence[str]
    places: Sequence[str]
    days_back: int
    queries_a_day: int
    images: bool
    ends: datetime


@enforces("6.b.i.6/request", "SB40.declare/registry")
def register_agency(actor: PersonActor, name: str, ori: str, contact: str, *, federal: bool) -> Agency:
    """Put an agency on the register, once. Raises Refused."""
    with act(actor, Event.AGENCY_REGISTER, "agencies") as entry:
        name, ori = " ".join(name.split()), ori.strip().upper()
        state = rules.FEDERAL if federal else ori[:2]
        entry.note(name=name, state=state, ori=ori)
        alike = rules.skeleton(name)
        twin = Agency.objects.filter(skeleton=alike).first()
        same = Agency.objects.filter(ori=ori).first()
        require(rules.may_register(name, ori, twin=str(twin or ""), ori_of=str(same or "")))
        agency = Agency.objects.create(
            name=name, skeleton=alike, state=state, ori=ori, contact=contact.strip(), by=actor.person
        )
        entry.object = f"agency:{agency.pk}"
    return agency


@enforces("6.b.i.6/request", "SB40.share/purposes")
def record_request(
    actor: PersonActor, agency: Agency, asked_by: str, what: str, purposes: Sequence[str]
) -> AgencyRequest:
    """Record what an agency asks for; the Chief is notified. Raises Refused."""
    with act(actor, Event.AGENCY_REQUEST, f"agency:{agency.pk}", reason=what) as entry:
        entry.note(asked_by=asked_by, purposes=[*purposes])
        require(rules.may_request(what, purposes))
        request = AgencyRequest.objects.create(
            agency=agency, asked_by=asked_by.strip(), what=what.strip(), purposes=[*purposes], by=actor.person
        )
        entry.note(request=request.pk)
        text = f"{agency} asks for access: your answer is needed before the ALPR administrator decides."
        notify(people_with(Permission.AGENCY_CONSULT), Kind.AGENCY_CONSULT, text, request)
    return request


@enforces("SB40.declare/registry")
def record_declaration(
    actor: PersonActor,
    agency: Agency,
    signed_by: str,
    letter: UploadedDocument,
    purposes: Sequence[str],
    term: tuple[datetime, datetime],
) -> Declaration:
    """Keep what an agency declared in writing, its letter, and its term. Raises Refused, NotADocument."""
    begins, ends = term
    with act(actor, Event.AGENCY_DECLARE, f"agency:{agency.pk}") as entry:
        entry.note(
            signed_by=signed_by, purposes=[*purposes], begins=begins.isoformat(), ends=ends.isoformat()
        )
        require(rules.may_declare(signed_by, purposes, begins, ends))
        declaration = Declaration.objects.create(
            agency=agency,
            purposes=[*purposes],
            signed_by=signed_by.strip(),
            begins=begins,
            ends=ends,
            by=actor.person,
        )
        kept = DeclarationLetter.objects.create(
            declaration=declaration,
            name=letter.name,
            media_type=scan_type_of(letter.content),
            sha256=sha256(letter.content).hexdigest(),
            content=b64encode(letter.content).decode(),
        )
        entry.note(declaration=declaration.pk, sha256=kept.sha256)
    return declaration


@enforces("6.b.i.6/chief")
def consult(actor: PersonActor, request: AgencyRequest, text: str, *, favors: bool) -> Consultation:
    """Record the Chief's answer; the administrators are notified. Raises Refused."""
    with act(actor, Event.AGENCY_CONSULT, f"agency:{request.agency_id}", reason=text) as entry:
        entry.note(request=request.pk, favors=favors)
        request = lock_row(request, "agency")
        require(rules.may_consult(request.state(clock.now()), text, own=request.by_id == actor.person.pk))
        settle_matter(Kind.AGENCY_CONSULT, request)
        answer = "advises to grant" if favors else "advises against"
        notice = f"{actor.person} {answer} the request of {request.agency}. Decide it."
        notify(people_with(Permission.AGENCY_DECIDE), Kind.AGENCY_DECIDE, notice, request)
        return Consultation.objects.create(request=request, favors=favors, text=text.strip(), by=actor.person)


@enforces("6.b.i.6/request", "6.b.i.6/chief", "6.b.i.6/scope", "SB40.declare/registry")
def decide(
    actor: PersonActor, request: AgencyRequest, reason: str, asked: AskedScope | None, *, seen: int
) -> AgencyDecision:
    """Grant this scope, which replaces the agency's earlier one, or deny. `asked`: None to deny; `seen`: the key of
    the grant on the page that was decided on, 0 for none. Raises Refused."""
    event = Event.AGENCY_GRANT if asked else Event.AGENCY_DENY
    with act(actor, event, f"agency:{request.agency_id}", reason=reason) as entry:
        entry.note(request=request.pk)
        agency, now = lock_row(request.agency), clock.now()
        require(rules.may_decide(request.state(now), reason, own=request.by_id == actor.person.pk))
        earlier = agency.grant
        require(is_as_seen(GRANT, "scope", seen, earlier.pk if earlier else 0))
        if asked:
            _create_grant(entry, agency, request, asked)
        settle_matter(Kind.AGENCY_DECIDE, request)
        answer = "granted" if asked else "denied"
        notify([request.by], Kind.AGENCY_ANSWER, f"The request of {agency} is {answer}: {reason}", request)
        return AgencyDecision.objects.create(
            request=request, granted=asked is not None, reason=reason.strip(), by=actor.person
        )


def _create_grant(entry: EntryDraft, agency: Agency, request: AgencyRequest, asked: AskedScope) -> None:
    now = clock.now()
    declaration = agency.declaration_at(now) if agency.needs_declaration else None
    scope = Scope(
        purposes=frozenset(asked.purposes),
        offenses=frozenset(asked.offenses),
        places=frozenset(asked.places),
        days_back=asked.days_back,
        queries_a_day=asked.queries_a_day,
        images=asked.images,
        begins=now,
        ends=asked.ends,
        declaration_ends=declaration.ends if declaration else None,
    )
    declared = (declaration.purposes if declaration else ()) if agency.needs_declaration else None
    require(rules.may_grant(scope, request.purposes, declared=declared, now=now))
    grant = AgencyGrant.objects.create(
        request=request,
        declaration=declaration,
        **{name: sorted(getattr(scope, name)) for name in ("purposes", "offenses", "places")},
        days_back=scope.days_back,
        queries_a_day=scope.queries_a_day,
        images=scope.images,
        begins=now,
        ends=scope.ends,
    )
    entry.note(
        grant=grant.pk,
        declaration=declaration.pk if declaration else None,
        purposes=grant.purposes,
        offenses=grant.offenses,
        places=grant.places,
        days_back=grant.days_back,
        queries_a_day=grant.queries_a_day,
        images=grant.images,
        ends=grant.ends.isoformat(),
    )


@enforces("6.b.i.6/scope")
def revoke(actor: PersonActor, grant: AgencyGrant, clause: str, reason: str) -> GrantRevocation:
    """Take an agency's access away now: sessions of its people end, and their API tokens. Raises Refused."""
    agency = grant.request.agency
    with act(actor, Event.AGENCY_REVOKE, f"agency:{agency.pk}", reason=reason) as entry:
        entry.note(grant=grant.pk, against=clause)
        lock_row(agency)
        require(rules.may_revoke(grant.request.state(clock.now()), reason))
        made = GrantRevocation.objects.create(
            grant=grant, clause=clause, reason=reason.strip(), by=actor.person
        )
        people = Person.objects.filter(agency=agency.ori)
        tokens = revoke_all(ApiToken.objects.filter(person__in=people), actor, f"Access of {agency} revoked.")
        sessions = SignIn.objects.filter(person__in=people).delete()[0]
        entry.note(people=[*people.values_list("username", flat=True)], sessions=sessions, tokens=tokens)
        text = f"{actor.person} revoked the access of {agency} (clause {clause})."
        holders = {*people_with(Permission.AGENCY_DECIDE), *people_with(Permission.AGENCY_CONSULT)} - {
            actor.person
        }
        notify(holders, Kind.AGENCY_ANSWER, text, agency)
    return made


def ending() -> list[AgencyGrant]:
    """The grants in force that end soon."""
    now = clock.now()
    grants = AgencyGrant.objects.filter(ends__gt=now, revocation=None).select_related(
        "request__agency", "declaration"
    )
    return [grant for grant in grants if now < grant.until <= now + WARNINGS[0]]


@enforces("6.b.i.6/scope")
def is_due(grant: AgencyGrant) -> bool:
    """Whether the administrators are to hear that it ends: 30 days before, and 7."""
    now = clock.now()
    passed = [grant.until - before for before in WARNINGS if grant.until - before <= now]
    return bool(
        passed
        and grant.request.state(now) is AgencyState.GRANTED
        and not was_reminded(Event.AGENCY_REMIND, f"agencygrant:{grant.pk}", now - passed[-1])
    )


def remind(entry: EntryDraft, grant: AgencyGrant) -> None:
    """Remind the administrators, within the act."""
    agency, day = grant.request.agency, clock.format_day(grant.last_day)
    entry.note(agency=agency.pk, until=grant.until.isoformat())
    text = f"The access of {agency} ends after {day}. A new request, and a new declaration, prolong it."
    notify(people_with(Permission.AGENCY_DECIDE), Kind.AGENCY_END, text, agency)
