from django.urls import path

from plateward.field.fleet.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.list_checks, name="index"),
    path("<int:pk>/", views.show_reader, name="reader"),
    path("<int:pk>/check", views.make_check, name="make"),
]
