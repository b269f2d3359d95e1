from django.apps import AppConfig


class Requests(AppConfig):
    name = "plateward.hotlists.requests"
    label = "hotlist_requests"
