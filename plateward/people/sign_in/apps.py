from django.apps import AppConfig


class Entry(AppConfig):
    name = "plateward.people.sign_in"
    label = "people_sign_in"

    def ready(self) -> None:
        """Second factors are written by allauth; their entries on the log are ours."""
        from plateward.people.sign_in import signals  # noqa: F401
