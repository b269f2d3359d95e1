from django.apps import AppConfig


class Results(AppConfig):
    name = "plateward.searches.results"
    label = "search_results"
