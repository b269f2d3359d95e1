from django.apps import AppConfig


class Command(AppConfig):
    name = "plateward.people.chain_of_command"
    label = "chain_of_command"
