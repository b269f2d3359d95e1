"""A marked search that its searcher's supervisor holds for possible misuse is a finding."""

from typing import Any

from django.dispatch import receiver

from plateward.ground import clock
from plateward.oversight.detectors.routing import CHAIN
from plateward.oversight.findings.actions import report_one
from plateward.people.actor import PersonActor
from plateward.work.searches.models import Search
from plateward.work.searches.signals import search_suspected

DETECTOR = "Marked search"


@receiver(search_suspected)
def _on_search_suspected(search: Search, actor: PersonActor, **_: Any) -> None:
    marks = " ".join(mark.get_kind_display() for mark in search.marks.all())
    sentence = f"{actor.person} did not find search {search.pk} in {search.number} in order. {marks}"
    report_one(DETECTOR, search.person, sentence, f"search {search.pk}", clock.now(), CHAIN)
