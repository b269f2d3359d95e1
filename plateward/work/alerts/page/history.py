"""An alert's history, from all alert rooms and those above them."""

from typing import Any

from plateward.work.alerts.closing import views as closing
from plateward.work.alerts.marking import views as marking
from plateward.work.alerts.models import Alert
from plateward.work.alerts.signals import HistoryLine, history_requested, line_of
from plateward.work.alerts.vehicle import page as vehicle
from plateward.work.alerts.verifying.asking import views as verifying
from plateward.work.alerts.verifying.entry import views as unit


def history(alert: Alert) -> list[HistoryLine]:
    """Who did what, earliest first."""
    came = "An earlier read was matched" if alert.historical else "The alert came in"
    lines = [HistoryLine(alert.arrived_at, alert.reader.name, came)]
    lines += [line_of(record, f"Notified {record}", step=False) for record in alert.notifications.all()]
    lines += [line_of(record, "Acknowledged it", step=False) for record in alert.acknowledgments.all()]
    lines += [line_of(record, f"Shared it with {record.to}", step=False) for record in alert.shares.all()]
    if confirmation := getattr(alert, "confirmation", None):
        agreed = "the listed plate" if confirmation.agrees else "not the listed plate"
        lines.append(line_of(confirmation, f"Read {confirmation.plate} {confirmation.state}: {agreed}"))
    for observation in alert.observations.all():
        words = vehicle.observation_text(observation)
        seen = f"Saw the plate on the vehicle{words and f', {words}'}"
        lines.append(line_of(observation, seen if observation.matches else "Vehicle not observed"))
    for record in alert.explanations.all():
        text = f"Explained how the vehicle differs ({'; '.join(record.differs)}): {record.text}"
        lines.append(line_of(record, text))
    lines += verifying.history(alert)
    lines += unit.history(alert)
    lines += marking.history(alert)
    lines += [line_of(record, f"Said: {record.get_kind_display()}") for record in alert.faults.all()]
    lines += [line_of(begun, f"Recorded: {begun.kind}") for begun in alert.acts.all()]
    if override := getattr(alert, "override", None):
        lines.append(line_of(override, "Overrode the checks, in imminent danger"))
        if finding := getattr(override, "finding", None):
            justified = "justified" if finding.justified else "not justified"
            lines.append(line_of(finding, f"Reviewed the override: {justified}"))
    if recall := getattr(alert, "recall", None):
        text = "Recalled, and closed" if recall.closes else "Recalled after action was taken"
        lines.append(line_of(recall, f"{text}: {recall.why}"))
    for disposition in closing.disposition_versions(alert):
        lines.append(line_of(disposition, f"Closed: {disposition.get_outcome_display()}"))
        if review := getattr(disposition, "review", None):
            returned = f"Returned for completion: {review.words}"
            lines.append(line_of(review, returned if review.returned else "Accepted the disposition"))
    answers: list[tuple[Any, Any]] = history_requested.send(sender=Alert, alert=alert)
    lines += [line for _, more in answers for line in more]
    return sorted(lines, key=lambda line: line.at)
