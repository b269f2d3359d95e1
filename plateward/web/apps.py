from django.apps import AppConfig


class Web(AppConfig):
    name = "plateward.web"
    label = "web"
