from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "plateward.people"
    label = "people"
