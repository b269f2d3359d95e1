from django.apps import AppConfig


class ReadSharing(AppConfig):
    name = "plateward.searches.sharing"
    label = "read_sharing"

    def ready(self) -> None:
        from plateward.searches.sharing import actions  # noqa: F401
