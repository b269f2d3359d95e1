from django.urls import path

from plateward.people.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.set_relay, name="relay"),
    path("settings/", views.choose, name="choices"),
]
