"""Who may see which finding: never its subject, nor anybody who may be part of it."""

from django.db.models import Q, QuerySet

from plateward.oversight.detectors.routing import CHAIN, CJIS_OFFICER, INSPECTOR_GENERAL
from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, people_below
from plateward.policy.trace import enforces

OUTSIDE = (Role.AUDITOR, Role.CJIS_OFFICER)  # outside every chain of command
SUPERVISOR, ADMINISTRATOR = CHAIN
HOLDERS = {
    ADMINISTRATOR: Role.ADMINISTRATOR,
    INSPECTOR_GENERAL: Role.AUDITOR,
    CJIS_OFFICER: Role.CJIS_OFFICER,
}


@enforces("6.f.i.3", "6.c.ii")
def findings_for(viewer: Person) -> QuerySet[Finding]:
    """Those about people below the viewer, for a supervisor or the Chief; all within the chain of command, for an
    administrator; those that go to their own role, for auditors and the CJIS Security Officer, who also sees possible
    misuse."""
    if viewer.role == Role.AUDITOR:
        seen = _goes_to(INSPECTOR_GENERAL, outside=True)
    elif viewer.role == Role.CJIS_OFFICER:  # to whom violations are reported
        seen = _goes_to(CJIS_OFFICER, outside=True) | Q(outcome__kind=FindingOutcome.Kind.MISUSE)
    elif viewer.role == Role.ADMINISTRATOR:
        seen = _goes_to(ADMINISTRATOR, outside=False)
    elif viewer.role == Role.CHIEF:
        seen = Q(outside=False) & ~Q(subject__role=Role.CHIEF)
    else:
        seen = Q(outside=False, subject__in=people_below(viewer))
    rows = Finding.objects.filter(seen).exclude(subject=viewer)
    return rows.exclude(pk__in=Finding.involved.through.objects.filter(person=viewer).values("finding"))


def _goes_to(role: str, *, outside: bool) -> Q:
    """Whether it goes to this role; of one that was kept before this was, by `outside` alone."""
    return Q(to__contains=role) | Q(to="", outside=outside)


@enforces("6.f.i.3")
def people_to_notify(finding: Finding) -> list[Person]:
    """Whom a finding concerns: of those to whom it goes, the subject's supervisor and all who hold the other roles. For
    each earlier outcome of the same pattern, one more level above the subject."""
    roles = Q(pk__in=())
    if SUPERVISOR in finding.to:
        decided = Finding.objects.filter(key=finding.key, pk__lt=finding.pk).exclude(outcome=None).count()
        roles |= Q(pk__in=chain_above(finding.subject)[: 1 + decided])
    for name, role in HOLDERS.items():
        if name in finding.to:
            roles |= Q(role=role)
    barred = {finding.subject_id, *finding.involved.values_list("pk", flat=True)}
    return list(Person.objects.filter(roles).exclude(pk__in=barred).order_by("pk"))


def open_count(viewer: Person) -> int:
    """How many findings wait for an outcome, of those that the viewer sees."""
    return findings_for(viewer).filter(outcome=None).count()
