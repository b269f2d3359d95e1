from django.apps import AppConfig


class Penalties(AppConfig):
    name = "plateward.people.penalties"
    label = "penalties"
