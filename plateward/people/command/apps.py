from django.apps import AppConfig


class Command(AppConfig):
    name = "plateward.people.command"
    label = "command"
