from django.apps import AppConfig


class WitnessesConfig(AppConfig):
    name = "plateward.audit.witnesses"
    label = "witnesses"
