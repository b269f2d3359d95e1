from django.urls import path

from plateward.work.dispatch.map import views

app_name = "map"
urlpatterns = [
    path("", views.show_map, name="index"),
    path("list", views.show_list, name="list"),
]
