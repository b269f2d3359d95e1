from django.apps import AppConfig


class Confirming(AppConfig):
    name = "plateward.alerts.confirming"
    label = "confirming"
    verbose_name = "Answers to alerts"
