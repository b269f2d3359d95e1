from django.apps import AppConfig


class Protected(AppConfig):
    name = "plateward.hotlists.protected"
    label = "hotlist_protected"
