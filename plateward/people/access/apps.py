from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "plateward.people.access"
    label = "access"
