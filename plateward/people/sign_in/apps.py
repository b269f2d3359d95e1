from django.apps import AppConfig


class Entry(AppConfig):
    name = "plateward.people.sign_in"
    label = "people_sign_in"
