from django.apps import AppConfig


class People(AppConfig):
    name = "plateward.people"
    label = "people"
