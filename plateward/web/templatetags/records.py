"""What people found wrong with alerts, on the pages of readers and lists, which are lower packages."""

from django import template

from plateward.alerts.confirming.fault_records import Misreads, faults_of_list, misreads_by_reader

register = template.Library()
register.simple_tag(faults_of_list, name="faults_of_list")
register.simple_tag(misreads_by_reader, name="misreads")


@register.filter
def of_reader(misreads: dict[int, Misreads], reader: int) -> Misreads | None:
    """For one; None if there are none."""
    return misreads.get(reader)
