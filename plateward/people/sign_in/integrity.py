"""The check of what people and programs log in with: each opens its own seal. One that does not lets nobody in, and is
named with what the log says of it."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Model

from plateward.core.audit.records.integrity import broken_seal
from plateward.core.db.fields import is_sealed
from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person, Terminal
from plateward.people.sign_in.factor_seals import is_own
from plateward.people.tokens.models import ApiToken


@enforces("6.b.i.3/integrity", "6.j.i/proven", "6.a.i.2/own")
def _check_seals() -> tuple[int, list[Fault]]:
    rows = list(_rows())
    return len(rows), [
        broken_seal(row, name, person.get_absolute_url() if person else "")
        for row, name, person in rows
        if not (is_own(row) if isinstance(row, Authenticator) else is_sealed(row))
    ]


def _rows() -> Iterator[tuple[Model, str, Person | None]]:
    """Each with its name, and whose it is; a revoked token or terminal has no seal."""
    for person in Person.objects.all():
        yield person, f"account {person.username}", person
    for factor in Authenticator.objects.select_related("user"):
        yield factor, f"second factor {factor.pk} of {factor.user}", factor.user
    for token in ApiToken.objects.filter(revoked_at=None).select_related("person"):
        yield token, f"API token {token.pk} of {token.person}", token.person
    for terminal in Terminal.objects.filter(revoked_at=None):
        yield terminal, f"terminal {terminal}", None


CHECKS = (
    Check(
        "people.seals", Group.LOG, "Seals of accounts, factors, tokens and terminals", "rows", "6.j.i",
        "Report a breach. No one can log in with these. When it is settled, reset the person's password or second "
        "factor, or revoke the token or terminal and issue another.",
        whole(_check_seals), every=timedelta(minutes=10),
    ),
)  # fmt: skip
