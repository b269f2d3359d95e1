from django.apps import AppConfig


class Api(AppConfig):
    name = "plateward.searches.api"
    label = "search_api"
