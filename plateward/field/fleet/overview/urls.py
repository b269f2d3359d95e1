from django.urls import path

from plateward.field.fleet.overview import views

app_name = "fleet"
urlpatterns = [
    path("", views.list_readers, name="index"),
    path("readers.csv", views.export_readers, name="export"),
    path("<int:pk>/unit", views.assign_unit, name="unit"),
    path("<int:pk>/revoke", views.revoke_reader, name="revoke"),
]
