from django.apps import AppConfig


class People(AppConfig):
    name = "plateward.people"
    label = "people"

    def ready(self) -> None:
        """Second factors are written by allauth; their entries on the log are ours."""
        from plateward.people import signals  # noqa: F401
