from django.apps import AppConfig


class Courses(AppConfig):
    name = "plateward.people.courses"
    label = "courses"
