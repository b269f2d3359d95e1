from django.apps import AppConfig


class Alerts(AppConfig):
    name = "plateward.alerts"
    label = "alerts"

    def ready(self) -> None:
        from plateward.alerts import arrival, audience, recall
        from plateward.alerts.looking_back import actions as looking_back

        arrival.listen()
        audience.listen()
        recall.listen()
        looking_back.listen()
