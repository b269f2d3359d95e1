from django.apps import AppConfig


class Routing(AppConfig):
    name = "plateward.alerts.routing"
    label = "alert_routing"
    verbose_name = "For whom alerts ring"

    def ready(self) -> None:
        from plateward.alerts.routing import listening  # noqa: F401
