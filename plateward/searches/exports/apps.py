from django.apps import AppConfig


class Exports(AppConfig):
    name = "plateward.searches.exports"
    label = "search_exports"
