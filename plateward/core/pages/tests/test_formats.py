"""How pages write a day."""

from datetime import date

from django.template import Context, Template

from plateward.ground import clock


def test_a_template_writes_a_day_as_sentences_do() -> None:
    day = date(2026, 11, 26)
    assert Template("{{ day|date }}").render(Context({"day": day})) == clock.format_day(day)
