from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "plateward.web"
    label = "web"
