"""Who decided, in words, from what the tables keep (`kind:id` of the audit log's Actor)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from plateward.people.models import Person

MAX_ACTOR_KEY = 120  # characters at most


def person_key(person: Person) -> str:
    """What the tables keep of a person who acts: their PersonActor's key."""
    return f"person:{person.username}"


def names_of(deciders: Iterable[str]) -> dict[str, str]:
    """People's names for each of them; a username is never reused, so it still names the same person."""
    keys = {*deciders} - {""}
    usernames = [key.removeprefix("person:") for key in keys if key.startswith("person:")]
    names = dict(Person.objects.filter(username__in=usernames).values_list("username", "full_name"))
    return {key: _name_of(key, names) for key in keys}


def people_named(key: str) -> QuerySet[Person]:
    """The person whom it names; nobody, if it names no person."""
    return Person.objects.filter(username=key.removeprefix("person:"))


def names_with_accounts(deciders: Iterable[str]) -> dict[str, str]:
    """The same with each person's account, for a history: two people may have one name."""
    return {
        key: f"{name} ({key.removeprefix('person:')})" if key.startswith("person:") else name
        for key, name in names_of(deciders).items()
    }


def _name_of(key: str, names: dict[str, str]) -> str:
    kind, _, id = key.partition(":")
    if kind == "person":
        return names.get(id, id)
    return f"the hub ({id})" if kind == "system" else id
