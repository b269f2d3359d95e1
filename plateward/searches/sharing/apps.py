from django.apps import AppConfig


class ReadSharing(AppConfig):
    name = "plateward.searches.sharing"
    label = "read_sharing"
    verbose_name = "Shared reads"

    def ready(self) -> None:
        from plateward.searches.sharing import actions

        actions.listen()
