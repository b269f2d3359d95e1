from django.apps import AppConfig


class Training(AppConfig):
    name = "plateward.people.training"
    label = "training"
