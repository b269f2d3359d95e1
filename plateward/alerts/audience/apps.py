from django.apps import AppConfig


class Audience(AppConfig):
    name = "plateward.alerts.audience"
    label = "alert_audience"
