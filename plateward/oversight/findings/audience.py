"""Who may see which finding: never its subject, nor anybody who may be part of it."""

from django.db.models import Q, QuerySet

from plateward.oversight.findings.models import Finding, FindingOutcome
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.superiors import chain_above, people_below
from plateward.policy.trace import enforces

OUTSIDE = (Role.AUDITOR, Role.CJIS_OFFICER)  # outside every chain of command


@enforces("6.f.i.3", "6.c.ii")
def findings_for(viewer: Person) -> QuerySet[Finding]:
    """Those about people below the viewer, for a supervisor or the Chief; all within the chain of command, for an
    administrator; those outside it, for auditors and the CJIS Security Officer, who also sees possible misuse."""
    if viewer.role in OUTSIDE:
        seen = Q(outside=True)
        if viewer.role == Role.CJIS_OFFICER:  # to whom violations are reported
            seen |= Q(outcome__kind=FindingOutcome.Kind.MISUSE)
    elif viewer.role == Role.ADMINISTRATOR:
        seen = Q(outside=False)
    elif viewer.role == Role.CHIEF:
        seen = Q(outside=False) & ~Q(subject__role=Role.CHIEF)
    else:
        seen = Q(outside=False, subject__in=people_below(viewer))
    rows = Finding.objects.filter(seen).exclude(subject=viewer)
    return rows.exclude(pk__in=Finding.involved.through.objects.filter(person=viewer).values("finding"))


@enforces("6.f.i.3")
def people_to_notify(finding: Finding) -> list[Person]:
    """Whom a new finding concerns: the subject's supervisor and the administrators, or those outside the chain."""
    if finding.outside:
        roles = Q(role__in=OUTSIDE)
    else:
        nearest = chain_above(finding.subject)[:1]
        roles = Q(role=Role.ADMINISTRATOR) | Q(pk__in=nearest)
    barred = {finding.subject_id, *finding.involved.values_list("pk", flat=True)}
    return list(Person.objects.filter(roles).exclude(pk__in=barred).order_by("pk"))


def open_count(viewer: Person) -> int:
    """How many findings wait for an outcome, of those that the viewer sees."""
    return findings_for(viewer).filter(outcome=None).count()
