from django.apps import AppConfig


class Findings(AppConfig):
    name = "plateward.oversight.findings"
    verbose_name = "Findings of the detectors of misuse"
