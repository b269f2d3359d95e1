"""A call as sent to CAD. The plate goes only if a person has read it from the image and it is the listed one;
narratives, and the kind of force or property, stay here."""

from collections.abc import Iterator
from html import escape

from django.conf import settings

from plateward.ground import clock
from plateward.ground.links import eido
from plateward.ground.links.eido import AlertEnding, Incident, IncidentNote, IncidentStatus, ReadPlace
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.facts import AlertOutcome, Stage
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.dispatch.models import Call, CallAlert

# APCO incident type codes, which EIDO's registry uses; an attempt to locate if none is closer.
COMMON_TYPES = {
    "stolen_plate": "PROPSTLN",
    "stolen_vehicle": "VEHSTLN",
    "terrorism": "TERROR",
    "wanted_person": "PERWANT",
}
DEFAULT_TYPE = "ATL"


@enforces("6.e.vii/type", "6.e.vii/closing", "6.e.iii/marked")
def incident(call: Call) -> Incident:
    """The whole call as it is now."""
    links = list(call.links.select_related("alert__entry__hotlist", "alert__reader", "alert__recall"))
    alerts = [link.alert for link in links]
    key, first = f"lpr-{call.key}", alerts[0]
    still_open = any(alert.stage != Stage.CLOSED for alert in alerts)
    return Incident(
        key=key,
        number=call.number,
        agency=settings.AGENCY_ORI,
        element=settings.ALLOWED_HOSTS[0],
        at=clock.now(),
        type_code=settings.CAD_TYPE,
        type_text=f"Possible LPR hit: {first.entry.reason_text} ({first.entry.hotlist.source})",
        common_type=call.common or COMMON_TYPES.get(first.entry.reason, DEFAULT_TYPE),
        high=any(alert.entry.priority == "high" for alert in alerts),
        status=IncidentStatus.OPEN if still_open else IncidentStatus.CLOSED,
        notes=tuple(
            IncidentNote(f"{key}-alert-{link.alert_id}", clock.now(), escape(alert_text(link)))
            for link in links
        ),
        places=tuple(_place(link) for link in links if link.lat is not None),
        endings=tuple(end for alert in alerts for end in _endings(key, alert)),
        id=call.cad_id,
    )


def alert_text(link: CallAlert) -> str:
    """An alert in a few sentences."""
    alert, entry = link.alert, link.alert.entry
    confirmation = getattr(alert, "confirmation", None)
    plate = "The plate has not been confirmed from the image: see the alert in Plateward."
    if confirmation:
        plate = (
            f"Plate {confirmation.plate.upper()} {confirmation.state}, confirmed from the image by a person."
            if confirmation.agrees
            else "The plate or state in the image is not the listed one: no basis to act."
        )
    recall, denial = getattr(alert, "recall", None), getattr(alert, "denial", None)
    return " ".join(
        part
        for part in (
            f"NOT VERIFIED, do not act: {denial.why}" if denial else "",
            f"RECALLED, do not act: {recall.why}" if recall else "",
            f"Alert {alert.pk}, possible hit: {entry.reason_text} ({entry.hotlist.source}), {entry.priority} priority.",
            f"{link.where}, seen by {alert.reader.camera} at {alert.captured_at.isoformat(timespec='seconds')}.",
            plate,
            f"{alert.get_stage_display()}.",
        )
        if part
    )


def _place(link: CallAlert) -> ReadPlace:
    return ReadPlace(
        at=link.alert.captured_at,
        lat=link.lat or 0.0,
        lon=link.lon or 0.0,
        radius=max(1.0, link.radius or 0.0),
        description=f"{link.where}; {link.alert.reader.camera}, alert {link.alert_id}",
    )


@enforces("6.e.vii/closing")
def _endings(key: str, alert: Alert) -> Iterator[AlertEnding]:
    disposition = alert.disposition
    if disposition and not disposition.returned:
        yield AlertEnding(
            f"{key}-disposition-{disposition.pk}",
            disposition.at,
            disposition.outcome,
            disposition_text(disposition),
        )
    recall = getattr(alert, "recall", None)
    if recall and recall.closes:
        yield AlertEnding(f"{key}-recall-{alert.pk}", recall.at, "recalled", f"Recalled: {recall.why}")
    denial = getattr(alert, "denial", None)
    if denial and denial.closes:
        yield AlertEnding(
            f"{key}-denial-{alert.pk}", denial.at, AlertOutcome.NOT_VERIFIED, f"Not verified: {denial.why}"
        )


def disposition_text(disposition: Disposition) -> str:
    """The outcome, each enforcement action by number, persons, and whether there was force or property."""
    parts = [AlertOutcome(disposition.outcome).label, *(str(action) for action in disposition.actions.all())]
    if disposition.persons_stopped is not None:
        parts.append(f"Persons stopped: {disposition.persons_stopped}")
    parts.append(f"Force used: {'yes' if disposition.force_used else 'no'}")
    parts.append(f"Property recovered: {'yes' if disposition.recovered else 'no'}")
    return "; ".join(parts)


def alerts_missing_from(heard: eido.CadIncident, call: Call) -> list[int]:
    """The call's alerts that CAD's own copy does not mention."""
    key = f"lpr-{call.key}"
    return [pk for pk in call.links.values_list("alert", flat=True) if f"{key}-alert-{pk}" not in heard.notes]
