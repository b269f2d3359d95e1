from django.apps import AppConfig


class Dems(AppConfig):
    name = "plateward.evidence.dems"
    label = "alert_owed"
