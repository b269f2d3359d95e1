from django.apps import AppConfig


class Notices(AppConfig):
    name = "plateward.people.notices"
    label = "notices"
