from django.apps import AppConfig


class Serve(AppConfig):
    name = "plateward.serve"

    def ready(self) -> None:
        """What receives the rooms' signals: each room lists its own in `listening.py`, and an import connects them."""
        from plateward.jobs.declared import modules_of

        modules_of("listening")
