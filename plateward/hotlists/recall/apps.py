from django.apps import AppConfig


class Recalls(AppConfig):
    name = "plateward.hotlists.recall"
    label = "hotlist_recall"
    verbose_name = "Recalled plates"
