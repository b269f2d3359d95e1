from django.apps import AppConfig


class Suspensions(AppConfig):
    name = "plateward.people.access.suspensions"
    label = "access_suspensions"
    verbose_name = "Suspensions of access"
