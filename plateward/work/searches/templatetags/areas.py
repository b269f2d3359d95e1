"""The area of a search in words, for whoever decides on it."""

import math
from itertools import pairwise

from django import template

from plateward.field.reads.areas import METERS_PER_DEGREE, Box, Circle, Corridor, read_area
from plateward.field.reads.place import place_words
from plateward.ground.wire.distance import MILE, meters_between

register = template.Library()


@register.filter
def area_in_words(area: str) -> str:
    """Where an area (its JSON) lies, and how large it is; "" without one. Raises BadQuery."""
    match read_area(area):
        case Box() as box:
            height = (box.north - box.south) * METERS_PER_DEGREE
            middle = math.radians((box.south + box.north) / 2)
            width = (box.east - box.west) % 360 * METERS_PER_DEGREE * math.cos(middle)
            edges = f"latitude {box.south:.4f} to {box.north:.4f}, longitude {box.west:.4f} to {box.east:.4f}"
            return f"A box {_miles(width)} wide and {_miles(height)} high: {edges}"
        case Circle() as circle:
            return f"Within {_miles(circle.meters)} of {_point(circle.lat, circle.lon)}"
        case Corridor() as road:
            length = sum(meters_between(*start, *end) for start, end in pairwise(road.points))
            ends = f"from {_point(*road.points[0])} to {_point(*road.points[-1])}"
            return f"A road of {_miles(length)}, {ends}, and {_miles(road.meters)} on each side of it"
        case None:
            return ""


def _miles(meters: float) -> str:
    return f"{meters / MILE:,.2f} miles"


def _point(lat: float, lon: float) -> str:
    return f"{lat:.4f}, {lon:.4f} ({place_words(lat, lon)})"
