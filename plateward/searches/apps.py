from django.apps import AppConfig


class Searches(AppConfig):
    name = "plateward.searches"
    verbose_name = "Searches among the reads"

    def ready(self) -> None:
        from plateward.searches.stopping import listen

        listen()
