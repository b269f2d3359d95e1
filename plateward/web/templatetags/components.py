"""Tags and filters of the shared templates in `templates/web/`."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from plateward.core.pages.acts import FIND
from plateward.field.reads.place import place_words
from plateward.ground import clock
from plateward.people import days

register = template.Library()

WIDGET_CLASSES = {
    "checkbox": "usa-checkbox__input",
    "checkboxselectmultiple": "usa-checkbox__input",
    "radioselect": "usa-radio__input",
    "select": "usa-select",
    "textarea": "usa-textarea",
}


@register.simple_tag
def moment(value: datetime | str | None) -> str:
    """A time to the second in the site's time zone, its date only where it is not today's; accepts ISO 8601 text too.
    On paper date and zone stand beside it (tables.css); a page that is open past midnight adds the date (time.js)."""
    if not value:
        return "—"
    at = localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    words, machine = days.format_moment(at), at.isoformat(timespec="seconds")
    day = f"{clock.format_day(at)}, " if words[:1].isdigit() else ""
    return format_html(
        '<time datetime="{}" data-day="{}" data-zone="{}">{}</time>', machine, day, f"{at:%Z}", words
    )


@register.simple_tag
def control(
    field: BoundField, described: str = "", wrong: list[str] | None = None, autofocus: object = False
) -> str:
    """A field's input with its USWDS class, description and error state; no placeholder, because the label
    says what it is."""
    attrs: dict[str, str | bool] = {
        "class": WIDGET_CLASSES.get(field.widget_type, "usa-input"),
        "placeholder": False,
        "autofocus": bool(autofocus),
    }
    return field.as_widget(attrs=attrs | _aria_attributes(described, wrong))


@register.simple_tag(takes_context=True)
def options(context: Context, field: BoundField, wrong: list[str] | None = None) -> list[BoundWidget]:
    """The single buttons of a radio or checkbox group, with USWDS classes. The group has the description. Of a list
    that can be searched (core/pages/fields.py): what is checked first, then what was found."""
    field.field.widget.attrs |= {"class": WIDGET_CLASSES[field.widget_type]} | _aria_attributes("", wrong)
    every = list(field)
    if not hasattr(field.field, "findable"):
        return every
    given = context["request"].POST
    words = given.get(f"find_{field.html_name}", "").lower().split() if FIND in given else []
    checked = [option for option in every if option.data["selected"]]
    others = [option for option in every if not option.data["selected"]]
    return checked + [one for one in others if all(word in one.choice_label.lower() for word in words)]


def _aria_attributes(described: str, wrong: list[str] | None) -> dict[str, str | bool]:
    invalid: dict[str, str | bool] = {"aria-invalid": "true"} if wrong else {}
    return invalid | ({"aria-describedby": described} if described else {})


register.filter("span", clock.format_span)


@register.filter
def left(ends: datetime) -> str:
    """The time left."""
    return clock.format_span(ends - clock.now())


@register.filter
def since(began: datetime) -> str:
    """The time since."""
    return clock.format_span(clock.now() - began)


@register.filter
def legible(text: str) -> str:
    """Text from a wire, without the control characters that frame it and that no font has."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


@register.filter
def within(text: str) -> str:
    """A reason as it reads within a sentence: "missing person", but "AMBER Alert"."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


@register.filter
def at(mapping: dict[str, str], key: str) -> str:
    """A mapping's value for a key, or the key itself."""
    return mapping.get(key, key)


@register.filter
def ordinal(number: int) -> str:
    """1 as "first", 4 as "4th"."""
    words = ("first", "second", "third")
    return words[number - 1] if 0 < number <= len(words) else f"{number}th"


@register.simple_tag
def where(lat: Any, lon: Any, heading: Any = None, accuracy_m: Any = None) -> str:
    """A place in words. What a template does not find is empty text: not known."""
    numbers = (lat, lon, heading, accuracy_m)
    return place_words(*(number if isinstance(number, float) else None for number in numbers))


@register.simple_tag
def map_tiles() -> str:
    """The address of the site's own map tiles, for a map's `data-tiles`; empty without any."""
    return reverse("map_tiles") if settings.MAP_TILES else ""
