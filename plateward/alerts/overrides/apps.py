from django.apps import AppConfig


class Overrides(AppConfig):
    name = "plateward.alerts.overrides"
    label = "overrides"
    verbose_name = "Overrides of an alert's checks"
