"""The log's addresses."""

from django.urls import path

from plateward.audit import views

app_name = "audit"
urlpatterns = [path("", views.index, name="index")]
