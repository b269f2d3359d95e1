from django.apps import AppConfig


class Malfunctions(AppConfig):
    name = "plateward.fleet.malfunctions"
    label = "malfunctions"
    verbose_name = "Malfunctions of readers"
