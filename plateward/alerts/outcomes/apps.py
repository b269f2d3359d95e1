from django.apps import AppConfig


class Outcomes(AppConfig):
    name = "plateward.alerts.outcomes"
    label = "alert_outcomes"
