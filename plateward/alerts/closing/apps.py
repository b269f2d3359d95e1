from django.apps import AppConfig


class Closing(AppConfig):
    name = "plateward.alerts.closing"
    label = "closing"
    verbose_name = "Dispositions of alerts"
