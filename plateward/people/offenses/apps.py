from django.apps import AppConfig


class Offenses(AppConfig):
    name = "plateward.people.offenses"
    label = "offenses"
