"""What follows from a second factor that allauth adds or removes."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.middleware import who_is


@receiver(post_save, sender=Authenticator)
def on_added(instance: Authenticator, created: bool, **_more: Any) -> None:
    """Recorded with the row itself, so that neither is there without the other.

    Who sets a factor up has used it: its code or key has just answered in this very session.
    """
    request = context.request
    if not created or request is None:
        return
    _changed("added", instance)
    if instance.user == request.user and instance.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, instance.user, "mfa", id=instance.pk, type=instance.type)


@receiver(post_delete, sender=Authenticator)
def on_removed(instance: Authenticator, **_more: Any) -> None:
    """As on_added."""
    if context.request:
        _changed("removed", instance)


def _changed(change: str, factor: Authenticator) -> None:
    record(
        who_is(context.request),
        Event.PERSON_FACTOR,
        f"person:{factor.user.username}",
        change=change,
        type=factor.type,
    )
