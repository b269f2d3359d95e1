from django.apps import AppConfig


class Page(AppConfig):
    name = "plateward.alerts.page"
    label = "alert_page"

    def ready(self) -> None:
        from plateward.alerts.page.views import again
        from plateward.alerts.signals import page_asked

        page_asked.connect(again, dispatch_uid="alerts.page")
