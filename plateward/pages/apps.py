from django.apps import AppConfig


class Pages(AppConfig):
    name = "plateward.pages"
    label = "pages"
