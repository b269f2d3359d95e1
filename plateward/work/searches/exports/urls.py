from django.urls import path

from plateward.work.searches.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("make", views.make, name="make"),
]
