from django.apps import AppConfig


class Entry(AppConfig):
    name = "plateward.people.sign_in"
    label = "people_sign_in"

    def ready(self) -> None:
        """allauth writes second factors; we write their audit entries."""
        from plateward.people.sign_in import signals  # noqa: F401
