from django.urls import path

from plateward.oversight.published_log import views

app_name = "searchlog"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:month>/<slug:kind>", views.download, name="download"),
]
