"""What follows when allauth adds or removes a second factor."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_init, post_save, pre_save
from django.dispatch import receiver

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.ground.policy.trace import enforces
from plateward.people.http import visitor_of
from plateward.people.models import FACTORS, Person
from plateward.people.sign_in import factor_seals, factors, sign_ins

post_init.connect(factor_seals.on_loaded, sender=Authenticator)
pre_save.connect(factor_seals.on_stored, sender=Authenticator)


@receiver(post_save, sender=Authenticator)
@enforces("6.b.i.9/records", "AU-2/logons")
def on_stored(instance: Authenticator, created: bool, update_fields: Any = None, **_more: Any) -> None:
    """Recorded with the row itself, so that neither exists without the other; notifies the person, except of
    the very first. Recovery codes note which of them were used, and that they were shown, for which allauth names the
    field: a row that changed without an entry would let nobody in.

    The person who sets a factor up has used it: its code or key worked in this very session.
    """
    request = context.request
    if not created:
        if (
            request
            and instance.type == Authenticator.Type.RECOVERY_CODES
            and update_fields != {"last_used_at"}
        ):
            _record_change("shown" if update_fields else "used", instance)
        return
    if instance.type in FACTORS:
        Person.objects.filter(pk=instance.user_id, may_enroll=True).update(may_enroll=False)
    if request is None:
        return
    if instance.user == request.user and instance.type in FACTORS:
        sign_ins.add_step(request, instance.user, "mfa", type=instance.type)
        sign_ins.note_proof(request, factor=True)
    _report_change("added", instance)


@receiver(post_delete, sender=Authenticator)
@enforces("6.c.ii.1/factors", "IA-2/people")
def on_removed(instance: Authenticator, **_more: Any) -> None:
    """Like on_stored. Whatever removes a factor, the last one stays: the act is refused and rolled back."""
    if instance.type in FACTORS:
        factors.require_a_factor(instance.user)
    if context.request:
        _report_change("removed", instance)


def _report_change(change: str, factor: Authenticator) -> None:
    _record_change(change, factor)
    others = Authenticator.objects.filter(user=factor.user, type__in=FACTORS).exclude(pk=factor.pk)
    if factor.type in FACTORS and others.exists():
        factors.send_change_notice(factor.user, change, factor.type)


def _record_change(change: str, factor: Authenticator) -> None:
    about = f"person:{factor.user.username}"
    record(visitor_of(context.request), Event.PERSON_FACTOR, about, change=change, type=factor.type)
