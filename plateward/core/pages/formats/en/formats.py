"""How templates write a day, as plateward/ground/clock.py does. In the settings it would not count: Django's own
English comes first."""

DATE_FORMAT = "F j, Y"
