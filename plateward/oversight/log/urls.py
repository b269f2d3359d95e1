"""The log's addresses."""

from django.urls import path

from plateward.oversight.log import views

app_name = "audit"
urlpatterns = [
    path("", views.index, name="index"),
    path("find/", views.find, name="find"),
    path("export/", views.export, name="export"),
]
