from django.apps import AppConfig


class Placements(AppConfig):
    name = "plateward.fleet.placements"
    label = "placements"

    def ready(self) -> None:
        from plateward.fleet.placements import listening  # noqa: F401
