from django.apps import AppConfig


class Reviews(AppConfig):
    name = "plateward.oversight.reviews"
    verbose_name = "Reviews of the audit log"
