from django.apps import AppConfig


class Searches(AppConfig):
    name = "plateward.searches"

    def ready(self) -> None:
        from plateward.searches import stopping  # noqa: F401
