"""How templates write a day, as plateward/clock.py does. In the settings it would not count: Django's own English comes
first."""

DATE_FORMAT = "F j, Y"
