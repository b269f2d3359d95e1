from django.apps import AppConfig


class Delivery(AppConfig):
    name = "plateward.hotlists.delivery"
    label = "list_delivery"

    def ready(self) -> None:
        from plateward.hotlists.delivery import lists  # noqa: F401
