from django.apps import AppConfig


class Delivery(AppConfig):
    name = "plateward.hotlists.delivery"
    label = "list_delivery"
