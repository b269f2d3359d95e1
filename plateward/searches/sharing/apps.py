from django.apps import AppConfig


class ReadSharing(AppConfig):
    name = "plateward.searches.sharing"
    label = "read_sharing"
