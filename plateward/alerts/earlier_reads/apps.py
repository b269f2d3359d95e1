from django.apps import AppConfig


class LookingBack(AppConfig):
    name = "plateward.alerts.earlier_reads"
    label = "alert_looking_back"
