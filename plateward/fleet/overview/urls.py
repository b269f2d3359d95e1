from django.urls import path

from plateward.fleet.overview import views

app_name = "fleet"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/unit", views.unit, name="unit"),
    path("<int:pk>/revoke", views.revoke, name="revoke"),
]
