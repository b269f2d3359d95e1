from django.apps import AppConfig


class Reads(AppConfig):
    name = "plateward.reads"
    label = "reads"
