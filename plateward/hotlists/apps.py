from django.apps import AppConfig


class HotLists(AppConfig):
    name = "plateward.hotlists"
    label = "hotlists"
    verbose_name = "Hot lists"
