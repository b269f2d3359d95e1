from django.apps import AppConfig


class Training(AppConfig):
    name = "plateward.people.training"
    label = "training"

    def ready(self) -> None:
        """A closed breach opens the duty to retrain."""
        from plateward.people.training.actions import duties  # noqa: F401
