from django.apps import AppConfig


class Results(AppConfig):
    name = "plateward.searches.results"
    label = "search_results"

    def ready(self) -> None:
        from plateward.searches.results import audience  # noqa: F401
