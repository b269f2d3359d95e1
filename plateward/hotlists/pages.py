"""What all pages of this room share."""

from django.http import HttpRequest

from plateward.people.http import person_of
from plateward.people.permissions import Permission


def permission_flags(request: HttpRequest) -> dict[str, bool]:
    """Each permission by name, and whether this person has it."""
    return {permission.name: permission in person_of(request).permissions for permission in Permission}
