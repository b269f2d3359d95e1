"""The page of statistics is offered where the public asks for records, while it is on."""

from django.dispatch import receiver
from django.urls import reverse

from plateward.oversight.transparency.recording import is_on
from plateward.sharing.records.signals import statistics_wanted


@receiver(statistics_wanted)
def _statistics_wanted(**_: object) -> str:
    return reverse("transparency:index") if is_on() else ""
