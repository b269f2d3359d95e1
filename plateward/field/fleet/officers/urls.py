from django.urls import path

from plateward.field.fleet.officers import views

app_name = "officers"
urlpatterns = [path("", views.confirm, name="confirm")]
