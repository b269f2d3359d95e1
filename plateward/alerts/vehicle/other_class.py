"""Records a different vehicle class than described as a fault of the list, as when a person reports it."""

from plateward import clock
from plateward.alerts.confirming.models import Fault
from plateward.alerts.facts import FaultKind
from plateward.alerts.models import Alert
from plateward.alerts.recall import people_who_saw
from plateward.alerts.vehicles import compare, is_other_class
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.trace import enforces


@enforces("6.e.iv.3")
def record_other_class(alert: Alert) -> bool:
    """Within the act that revealed it (an observation or NCIC's answer), on a locked alert: once, by the
    observer who saw the vehicle; notifies everyone who saw the alert. Returns whether there is one."""
    described = alert.described()
    saw_it = [
        observation
        for observation in alert.observations.all()
        if is_other_class(compare(observation.seen, described))
    ]
    if not saw_it:
        return False
    _, new = Fault.objects.get_or_create(
        alert=alert,
        kind=FaultKind.VEHICLE_CLASS,
        defaults={"of": Fault.Of.LIST, "by": saw_it[0].by, "at": clock.now()},
    )
    if new:
        rest = (
            "ACTION WAS TAKEN: notify the units at the vehicle that there is no basis to act, and close the alert"
            if alert.facts().acts
            else "No basis to act on it; close the alert"
        )
        text = (
            f"ANOTHER VEHICLE: alert {alert.pk}. Its plate is on a different class of vehicle than described."
        )
        notify(people_who_saw(alert), Kind.ALERT_VEHICLE, f"{text} {rest} (OPR:50 6.e.iv.3).", alert)
    return True
