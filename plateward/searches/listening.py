"""What hot list requests ask about grounds that the law bars, as of searches."""

from typing import Any

from django.dispatch import receiver

from plateward.hotlists.requests.rules import PlateListing
from plateward.hotlists.signals import ground_asked, ground_barred
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.reasons.barred import BarredRefusal
from plateward.searches import records
from plateward.searches.models import GivenAs
from plateward.searches.stopping import keep_request


@receiver(ground_barred)
def _on_ground_barred(actor: PersonActor, listing: PlateListing, refusal: BarredRefusal, **_: Any) -> None:
    keep_request(actor, listing, refusal)


@receiver(ground_asked)
def _on_ground_asked(person: Person, number: str, text: str, **_: Any) -> bool:
    return records.is_cleared(person, number, GivenAs.NARRATIVE, text)
