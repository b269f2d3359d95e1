from django.apps import AppConfig


class Recalls(AppConfig):
    name = "plateward.hotlists.recall"
    label = "hotlist_recall"
