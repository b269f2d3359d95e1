"""What is wrong with the audit log becomes a notice."""

from collections.abc import Collection

from django.dispatch import receiver
from django.urls import reverse

from plateward.core.audit.witnesses.signals import log_alarm
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role


@receiver(log_alarm)
@enforces("6.b.i.10/failure", "AU-5/told")
def _on_log_alarm(*, text: str, people: Collection[str] = (), watchers: bool = False, **_: object) -> None:
    """The administrators, with a link to the log, and for `watchers` the Chief and auditors; and the first-line
    supervisors of `people` (6.b.i.10)."""
    roles = [Role.ADMINISTRATOR, *([Role.AUDITOR, Role.CHIEF] if watchers else [])]
    notify(Person.objects.filter(role__in=roles), Kind.LOG_ALARM, text, None, link=reverse("audit:index"))
    supervisors = (
        Person.objects.filter(supervises__username__in=people).exclude(role=Role.ADMINISTRATOR).distinct()
    )
    notify(supervisors, Kind.LOG_ALARM, text, None, link=reverse("access:notices"))
