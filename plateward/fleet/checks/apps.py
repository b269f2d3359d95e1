from django.apps import AppConfig


class Checks(AppConfig):
    name = "plateward.fleet.checks"
    label = "checks"
    verbose_name = "Start-of-shift checks"
