from django.apps import AppConfig


class Owed(AppConfig):
    name = "plateward.alerts.dems"
    label = "alert_owed"
    verbose_name = "Alerts owed to DEMS"
