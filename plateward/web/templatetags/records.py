"""What people found wrong with alerts, on the pages of readers and lists, which lie below them."""

from django import template

from plateward.alerts.confirming.record import Misreads, of_list, of_readers

register = template.Library()
register.simple_tag(of_list, name="faults_of_list")
register.simple_tag(of_readers, name="misreads")


@register.filter
def of_reader(found: dict[int, Misreads], reader: int) -> Misreads | None:
    """Those of one; None where there are none."""
    return found.get(reader)
