from django.apps import AppConfig


class Dems(AppConfig):
    name = "plateward.alerts.dems"
    label = "alert_owed"
