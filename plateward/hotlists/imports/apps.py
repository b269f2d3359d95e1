from django.apps import AppConfig


class Imports(AppConfig):
    name = "plateward.hotlists.imports"
    label = "hotlist_imports"
