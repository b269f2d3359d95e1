from django.apps import AppConfig


class Requests(AppConfig):
    name = "plateward.hotlists.requests"
    label = "hotlist_requests"
    verbose_name = "Requests for hot-list entries"
