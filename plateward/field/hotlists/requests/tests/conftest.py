"""Two of the people, signed in."""

import pytest
from django.test import Client

from plateward.field.hotlists.requests.testing import Force
from plateward.people.testing import signed_in


@pytest.fixture
def ada(force: Force) -> Client:
    return signed_in(force.ada)


@pytest.fixture
def carla(force: Force) -> Client:
    return signed_in(force.carla)
