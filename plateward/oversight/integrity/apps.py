from django.apps import AppConfig


class Integrity(AppConfig):
    name = "plateward.oversight.integrity"
    verbose_name = "Integrity monitor"
