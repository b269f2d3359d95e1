from django.apps import AppConfig


class Retention(AppConfig):
    name = "plateward.retention"
    verbose_name = "Retention"

    def ready(self) -> None:
        from plateward.retention import listening  # noqa: F401
