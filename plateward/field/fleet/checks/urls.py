from django.urls import path

from plateward.field.fleet.checks import views
from plateward.field.fleet.instructions.views import download_instructions, manage_instructions

app_name = "checks"
urlpatterns = [
    path("", views.list_checks, name="index"),
    path("<int:pk>/", views.show_reader, name="reader"),
    path("models/", manage_instructions, name="models"),
    path("<int:pk>/instructions", download_instructions, name="instructions"),
    path("<int:pk>/check", views.make_check, name="make"),
]
