from django.apps import AppConfig


class Access(AppConfig):
    name = "plateward.people.access"
    label = "access"
