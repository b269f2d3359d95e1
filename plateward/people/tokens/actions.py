"""Tokens made, used and revoked. A token's text exists in its maker's answer alone."""

import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.db.fields import is_sealed
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.access.standing import standing_of
from plateward.people.actor import PersonActor
from plateward.people.clients import network_of
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.people.recorded_sign_ins import read_sign_ins
from plateward.people.tokens.models import ApiToken
from plateward.people.tokens.rules import TokenCopied, may_make_token, token_stands

PREFIX = "plateward_"  # so that a scanner for leaked secrets knows one
ALTERED = Refusal(
    "6.a.i.2",
    "This token is not as it was made: it was altered in the database.",
    "Notify the ALPR administrator at once: it may be an attack.",
)
TEXT_LENGTH = len(PREFIX) + 43


def digest_of(text: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash, but the ring's key."""
    return hmac.digest(settings.RING.key("api tokens"), text.encode(), "sha256").hex()


@enforces("6.c.ii.1/all", "6.a.i.1/every", "6.a.i.2/own", "6.b.i.9/entries")
def make_token(
    actor: PersonActor, *, name: str, purpose: str, number: str, days: int, link: str
) -> tuple[ApiToken, str]:
    """A token of this person, and its text, which is never shown again. `link`: the page that lists it. Raises
    Refused."""
    text = PREFIX + secrets.token_urlsafe(32)
    with act(actor, Event.TOKEN_MAKE, f"person:{actor.person.username}") as entry:
        person = lock_row(actor.person)
        now = clock.now()
        # The role that admission compares with: of the access in force, which the account's own may lag behind.
        granted = standing_of(person).facts.granted
        active = ApiToken.objects.filter(person=person).active(now).count()
        require(may_make_token(active, granted.role if granted else None))
        assert granted is not None  # noqa: S101  # the rule accepts nobody without
        token = ApiToken.objects.create(
            person=person,
            digest=digest_of(text),
            name=name,
            purpose=purpose,
            number=number,
            role=granted.role,
            made_at=now,
            ends_at=now + timedelta(days=days),
        )
        entry.note(number=token.pk, purpose=purpose, case=number, days=days)
        notice = f"You made an API token, “{name}”. If this was not you, revoke it and notify the ALPR administrator."
        notify([person], Kind.FACTOR_CHANGE, notice, None, link=link)
    return token, text


@enforces("6.a.i.2/own", "6.b.i.9/entries")
def revoke_token(actor: PersonActor, token: ApiToken) -> None:
    """It answers nothing from now on. Raises Refused."""
    with act(actor, Event.TOKEN_REVOKE, f"token:{token.pk}") as entry:
        entry.note(person=token.person.username, purpose=token.purpose)
        if not _revoke(token, actor):
            raise Refused(Refusal("6.a.i.2", "This token was already revoked.", "No action is needed."))
        if actor.person != token.person:
            notice = f"{actor.person} revoked your API token “{token.name}”."
            notify([token.person], Kind.FACTOR_CHANGE, notice, None)


@enforces("6.a.i.2/lending", "AU-2/logons")
def end_copied_token(actor: PersonActor, token: ApiToken, refusal: TokenCopied) -> None:
    """Revoke a token that another network used, and notify its owner."""
    with act(actor, Event.TOKEN_REVOKE, f"token:{token.pk}", reason=refusal.reason) as entry:
        entry.outcome, entry.clause, entry.reason = "refused", refusal.clause, refusal.reason
        if _revoke(token, actor, refusal.reason):
            notice = (
                f"Your API token “{token.name}” was used from {actor.address}, and is revoked. {refusal.help}"
            )
            notify([token.person], Kind.SESSION_COPY, notice, token.person, link="")


def _revoke(token: ApiToken, actor: PersonActor, because: str = "") -> bool:
    return bool(revoke_all(ApiToken.objects.filter(pk=token.pk), actor, because))


def revoke_all(tokens: QuerySet[ApiToken], actor: PersonActor, because: str) -> int:
    """Within an act: none of these answers from now on. Returns how many did."""
    live = tokens.filter(revoked_at=None)
    return live.update(revoked_at=clock.now(), revoked_by=actor.key, revoked_because=because[:200], seal=None)


@enforces("6.a.i.2/own", "6.b.i.9/records")
def use_token(token: ApiToken, role: Role | None, address: str) -> tuple[Decision, int]:
    """Whether it is good for a request from there now, and how many this minute has had with it. The first use binds
    it to the network."""
    network = network_of(address)
    signed_in, _ = read_sign_ins([token.person_id])
    factor_at = max((each.factor_at for each in signed_in if each.factor_at and not each.ended), default=None)
    with transaction.atomic():
        row = lock_row(token)
        if row.revoked_at is None and not is_sealed(row):
            return ALTERED, 0
        if isinstance(altered := as_recorded(row), Refusal):
            return altered, 0
        now = clock.now()
        decision = token_stands(row, role, network, factor_at, now)
        if not isinstance(decision, Allow):
            return decision, 0
        minute = now.replace(second=0, microsecond=0)
        uses = row.minute_uses + 1 if row.minute_at == minute else 1
        first = {} if row.network else {"network": network}
        change_row(row, used_at=now, used_from=address, minute_at=minute, minute_uses=uses, **first)
    return decision, row.minute_uses
