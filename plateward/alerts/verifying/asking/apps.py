from django.apps import AppConfig


class Asking(AppConfig):
    name = "plateward.alerts.verifying.asking"
    label = "alert_asking"
