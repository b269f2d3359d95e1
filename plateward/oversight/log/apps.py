from django.apps import AppConfig


class Log(AppConfig):
    name = "plateward.oversight.log"
    label = "log_page"
