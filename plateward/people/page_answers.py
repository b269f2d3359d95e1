"""What several parts of a page ask about its viewer, asked once: which lists are for them, for example.

The answers belong to the person of a single request that only looks (GET), which changes nothing that they are about,
and are gone before its answer leaves. Every other request, a job and a stream ask each time: what they change, or what
changed meanwhile, they see.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from plateward.people.models import Person

T = TypeVar("T")


def ask_once(person: Person, question: Callable[[Person], T]) -> T:
    """The question's answer for this person."""
    if person.answers is None:
        return question(person)
    if question not in person.answers:
        person.answers[question] = question(person)
    return person.answers[question]  # type: ignore[no-any-return]


def begin_page(request: HttpRequest, person: Person) -> None:
    """Each question about this person is asked once from now on, if the request only looks."""
    if request.method in ("GET", "HEAD"):
        person.answers = {}
        request.page_person = person  # type: ignore[attr-defined]


def end_page(request: HttpRequest) -> None:
    """What comes later, such as a stream, asks again."""
    if person := getattr(request, "page_person", None):
        person.answers = None
