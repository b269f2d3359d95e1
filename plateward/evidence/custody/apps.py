from django.apps import AppConfig


class Custody(AppConfig):
    name = "plateward.evidence.custody"
    label = "custody"
