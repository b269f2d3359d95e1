"""Tags and filters of the shared templates in `templates/web/`."""

from datetime import datetime

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from plateward import clock

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
    """A time to the second in the site's time zone, as in frontend/src/time.js; accepts ISO 8601 text too. The page's
    foot names the zone; beside a time it stands on paper (tables.css), and where an hour comes twice."""
    if not value:
        return "—"
    at = localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    words = f"{clock.format_day(at)}, {at:%H:%M:%S}"
    zone = "" if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset() else f"{at: %Z}"
    machine = at.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" data-zone="{}">{}</time>', machine, f"{at:%Z}", words + zone)


@register.simple_tag
def control(field: BoundField, described: str = "", wrong: list[str] | None = None) -> str:
    """A field's input with its USWDS class, description and error state; no placeholder, because the label
    says what it is."""
    attrs: dict[str, str | bool] = {
        "class": WIDGET_CLASSES.get(field.widget_type, "usa-input"),
        "placeholder": False,
    }
    return field.as_widget(attrs=attrs | _aria_attributes(described, wrong))


@register.simple_tag
def options(field: BoundField, wrong: list[str] | None = None) -> list[BoundWidget]:
    """The single buttons of a radio or checkbox group, with USWDS classes. The group has the description."""
    field.field.widget.attrs |= {"class": WIDGET_CLASSES[field.widget_type]} | _aria_attributes("", wrong)
    return list(field)


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
def map_tiles() -> str:
    """The address of the site's own map tiles, for a map's `data-tiles`; empty without any."""
    return reverse("map_tiles") if settings.MAP_TILES else ""
