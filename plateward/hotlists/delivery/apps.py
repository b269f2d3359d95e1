from django.apps import AppConfig


class Delivery(AppConfig):
    name = "plateward.hotlists.delivery"
    label = "list_delivery"

    def ready(self) -> None:
        from plateward.fleet.lists import lists_asked
        from plateward.hotlists.delivery.lists import lists_of

        lists_asked.connect(lists_of, dispatch_uid="hotlists.delivery")
