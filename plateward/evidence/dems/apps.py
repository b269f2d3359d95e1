from django.apps import AppConfig


class Dems(AppConfig):
    name = "plateward.evidence.dems"
    label = "alert_owed"

    def ready(self) -> None:
        from plateward.evidence.dems import listening  # noqa: F401
