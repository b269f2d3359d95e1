from django.apps import AppConfig


class Routing(AppConfig):
    name = "plateward.alerts.routing"
    label = "alert_routing"
