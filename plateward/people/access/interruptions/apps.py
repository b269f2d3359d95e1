from django.apps import AppConfig


class Interruptions(AppConfig):
    name = "plateward.people.access.interruptions"
    label = "access_interruptions"
    verbose_name = "Interruptions of access"
