from django.apps import AppConfig


class Tokens(AppConfig):
    name = "plateward.people.tokens"
    label = "tokens"
