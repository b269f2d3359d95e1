"""A picture that a request names, and who redacts it."""

from collections.abc import Iterator

import pytest
from django.test import Client

from plateward.people.testing import person, signed_in
from plateward.sharing.redaction.testing import photographed, wanted
from plateward.testing.roadside import Photo


@pytest.fixture
def photo() -> Photo:
    return photographed()


@pytest.fixture
def iris(photo: Photo) -> Iterator[Client]:
    with wanted(photo):
        yield signed_in(person("iris", role="records"))
