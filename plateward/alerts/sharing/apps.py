from django.apps import AppConfig


class Sharing(AppConfig):
    name = "plateward.alerts.sharing"
    label = "alert_sharing"
    verbose_name = "Alerts shared with colleagues"

    def ready(self) -> None:
        from plateward.alerts.sharing import audience

        audience.listen()
