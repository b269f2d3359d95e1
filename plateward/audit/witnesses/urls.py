"""The address under which this hub is a witness."""

from django.urls import path

from plateward.audit.witnesses import views

app_name = "witness"
urlpatterns = [path("add-checkpoint", views.add, name="add")]
