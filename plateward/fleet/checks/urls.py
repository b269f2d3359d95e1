from django.urls import path

from plateward.fleet.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.reader, name="reader"),
    path("<int:pk>/check", views.make, name="make"),
]
