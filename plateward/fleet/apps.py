from django.apps import AppConfig


class Fleet(AppConfig):
    name = "plateward.fleet"
    label = "fleet"
