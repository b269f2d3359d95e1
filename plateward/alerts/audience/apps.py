from django.apps import AppConfig


class Audience(AppConfig):
    name = "plateward.alerts.audience"
    label = "alert_audience"
    verbose_name = "Who may see which alerts"

    def ready(self) -> None:
        from plateward.alerts.audience import alerts as audience

        audience.listen()
