"""The page of statistics is offered where the public asks for records, while it is on."""

from django.dispatch import receiver
from django.urls import reverse

from plateward.people.sharing.public import Public, public_since
from plateward.sharing.records.signals import statistics_wanted


@receiver(statistics_wanted)
def _statistics_wanted(**_: object) -> str:
    return reverse("transparency:index") if public_since(Public.FIGURES) else ""
