from django.apps import AppConfig


class Compliance(AppConfig):
    name = "plateward.oversight.compliance"
    verbose_name = "The compliance report"
