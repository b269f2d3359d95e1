from django.apps import AppConfig


class RequestedPackages(AppConfig):
    name = "plateward.evidence.requested"
    label = "requested_packages"
