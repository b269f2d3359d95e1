from django.apps import AppConfig


class Entry(AppConfig):
    name = "plateward.alerts.verifying.entry"
    label = "alert_entry"

    def ready(self) -> None:
        from plateward.alerts.verifying.entry import listening  # noqa: F401
