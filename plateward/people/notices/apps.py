from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "plateward.people.notices"
    label = "notices"

    def ready(self) -> None:
        from plateward.people.notices import actions  # noqa: F401
