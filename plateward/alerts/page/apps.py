from django.apps import AppConfig


class Page(AppConfig):
    name = "plateward.alerts.page"
    label = "alert_page"

    def ready(self) -> None:
        from plateward.alerts.page import listening  # noqa: F401
