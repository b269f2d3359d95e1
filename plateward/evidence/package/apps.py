from django.apps import AppConfig


class Packages(AppConfig):
    name = "plateward.evidence.package"
    label = "evidence_package"
