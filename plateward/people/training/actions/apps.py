from django.apps import AppConfig


class TrainingActions(AppConfig):
    name = "plateward.people.training.actions"
    label = "training_actions"

    def ready(self) -> None:
        """A closed breach opens the duty to retrain."""
        from plateward.people.training.actions import duties  # noqa: F401
