"""Who may see which finding: never its subject, nor anybody who may be part of it."""

from collections.abc import Iterable

from django.db.models import Q

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.routing import CHAIN, CJIS_OFFICER, INSPECTOR_GENERAL
from plateward.oversight.findings.models import Finding, FindingOutcome, Findings
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, people_below

OUTSIDE = (Role.AUDITOR, Role.CJIS_OFFICER)  # outside every chain of command
SUPERVISOR, ADMINISTRATOR = CHAIN
HOLDERS = {
    ADMINISTRATOR: Role.ADMINISTRATOR,
    INSPECTOR_GENERAL: Role.AUDITOR,
    CJIS_OFFICER: Role.CJIS_OFFICER,
}


@enforces("6.f.i.3/investigate", "6.c.ii/people")
def in_audience(viewer: Person) -> Q:
    """Matters (with `subject`, `outside` and `to`) about people below the viewer, for a supervisor or the Chief; all
    within the chain of command, for an administrator; those that go to their own role, for auditors and the CJIS
    Security Officer."""
    if viewer.role == Role.AUDITOR:
        return _goes_to(INSPECTOR_GENERAL, outside=True)
    if viewer.role == Role.CJIS_OFFICER:
        return _goes_to(CJIS_OFFICER, outside=True)
    if viewer.role == Role.ADMINISTRATOR:
        return _goes_to(ADMINISTRATOR, outside=False)
    if viewer.role == Role.CHIEF:
        return Q(outside=False) & ~Q(subject__role=Role.CHIEF)
    return Q(outside=False, subject__in=people_below(viewer))


@enforces("6.f.i.3/investigate", "6.c.ii/people")
def findings_for(viewer: Person) -> Findings:
    """Those whose audience the viewer is in; for the CJIS Security Officer, to whom violations are reported, possible
    misuse, too. Never one that the viewer may be part of, or about somebody above them."""
    seen = in_audience(viewer)
    if viewer.role == Role.CJIS_OFFICER:
        seen |= Q(outcome__kind=FindingOutcome.Kind.MISUSE)
    rows: Findings = Finding.objects.filter(seen).exclude(subject__in=[viewer.pk, *chain_above(viewer)])
    return rows.exclude(pk__in=Finding.involved.through.objects.filter(person=viewer).values("finding"))


def _goes_to(role: str, *, outside: bool) -> Q:
    """Whether it goes to this role; of one that was kept before this was, by `outside` alone."""
    return Q(to__contains=role) | Q(to="", outside=outside)


@enforces("6.f.i.3/investigate")
def people_to_notify(finding: Finding, levels: int = 0) -> list[Person]:
    """Whom a finding concerns: of those to whom it goes, the subject's supervisor and all who hold the other roles. For
    each earlier outcome of the same pattern, and each of `levels`, one more level above the subject, and in the end the
    Chief. Never anybody below the subject, or who may be part of it."""
    roles = Q(pk__in=())
    if SUPERVISOR in finding.to:
        decided = Finding.objects.filter(key=finding.key, pk__lt=finding.pk).exclude(outcome=None).count()
        above = chain_above(finding.subject)
        roles |= Q(pk__in=above[: 1 + decided + levels])
        if 1 + decided + levels > len(above):
            roles |= Q(role=Role.CHIEF)
    for name, role in HOLDERS.items():
        if name in finding.to:
            roles |= Q(role=role)
    return list(Person.objects.filter(roles).exclude(pk__in=barred_from(finding)).order_by("pk"))


@enforces("6.f.i.3/investigate")
def barred_from(finding: Finding) -> set[int]:
    """Who has no part in it: the subject, those below them, and those who may be part of it."""
    involved = finding.involved.values_list("pk", flat=True)
    return {finding.subject_id, *people_below(finding.subject).values_list("pk", flat=True), *involved}


NOBODY = (
    "Possible misuse is waiting, and no one with access may act on it: authorize an auditor, a CJIS Security "
    "Officer or a supervisor (6.f.i.3)."
)


@enforces("6.f.i.3/investigate")
def people_who_authorize(subject: Person, involved: Iterable[int]) -> list[Person]:
    """Who can give somebody access where nobody may act, and so hears NOBODY, which says nothing of the matter; those
    below the subject only if there is nobody else."""
    heads = Person.objects.filter(role__in=(Role.ADMINISTRATOR, Role.CHIEF)).order_by("pk")
    heads = heads.exclude(pk__in={subject.pk, *involved})
    return list(heads.exclude(pk__in=people_below(subject))) or list(heads)
