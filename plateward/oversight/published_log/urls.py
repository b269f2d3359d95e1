from django.urls import path

from plateward.oversight.published_log import views

app_name = "searchlog"
urlpatterns = [
    path("", views.index, name="index"),
    path("publishing/", views.manage, name="switch"),
    path("<slug:month>/<slug:kind>", views.download, name="download"),
]
