from django.urls import path

from plateward.alerts.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:kind>/<int:pk>/review", views.review, name="review"),
    path("<slug:kind>/<int:pk>/floor", views.floor, name="floor"),
]
