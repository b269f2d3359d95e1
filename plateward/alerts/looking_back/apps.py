from django.apps import AppConfig


class LookingBack(AppConfig):
    name = "plateward.alerts.looking_back"
    label = "alert_looking_back"

    def ready(self) -> None:
        from plateward.alerts.looking_back import actions

        actions.listen()
