"""`{% url %}` says what Django's own says."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from plateward.testing.routes import routes

FIXED = sorted({route.name for route in routes() if not route.converters})


def test_an_address_without_arguments_is_djangos_and_needs_no_escape() -> None:
    assert len(FIXED) > 50
    for name in FIXED:
        address = Template(f"{{% url '{name}' %}}").render(Context())
        assert address == reverse(name) == escape(address)


def test_an_address_with_arguments_or_kept_in_a_variable_is_djangos() -> None:
    given = Context({"id": "6.b.i.9", "route": "home"})
    assert Template("{% url 'clause' id %}").render(given) == reverse("clause", args=["6.b.i.9"])
    assert Template("{% url route %}").render(given) == reverse("home")
    assert Template("{% url 'home' as there %}[{{ there }}]").render(given) == f"[{reverse('home')}]"


def test_a_route_that_does_not_exist_fails() -> None:
    with pytest.raises(NoReverseMatch):
        Template("{% url 'no:such' %}").render(Context())
