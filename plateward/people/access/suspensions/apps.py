from django.apps import AppConfig


class Interruptions(AppConfig):
    name = "plateward.people.access.suspensions"
    label = "access_suspensions"
    verbose_name = "Interruptions of access"
