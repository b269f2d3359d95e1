from django.apps import AppConfig


class Verifying(AppConfig):
    name = "plateward.alerts.verifying"
    label = "verifying"
    verbose_name = "Verification of alerts"
