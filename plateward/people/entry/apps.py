from django.apps import AppConfig


class Entry(AppConfig):
    name = "plateward.people.entry"
    label = "people_entry"

    def ready(self) -> None:
        """Second factors are written by allauth; their entries on the log are ours."""
        from plateward.people.entry import signals  # noqa: F401
