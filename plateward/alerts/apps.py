from django.apps import AppConfig


class Alerts(AppConfig):
    name = "plateward.alerts"
    label = "alerts"

    def ready(self) -> None:
        from plateward.alerts import recall

        recall.listen()
