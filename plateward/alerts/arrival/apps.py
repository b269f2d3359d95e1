from django.apps import AppConfig


class Arrival(AppConfig):
    name = "plateward.alerts.arrival"
    label = "alert_arrival"

    def ready(self) -> None:
        from plateward.alerts.arrival import actions

        actions.listen()
