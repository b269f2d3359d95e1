from django.apps import AppConfig


class Dispatch(AppConfig):
    name = "plateward.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        from plateward.dispatch import listening  # noqa: F401
