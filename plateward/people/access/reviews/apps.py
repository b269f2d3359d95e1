from django.apps import AppConfig


class Reviews(AppConfig):
    name = "plateward.people.access.reviews"
    label = "access_reviews"
    verbose_name = "Yearly access reviews"
