from django.urls import path

from plateward.oversight.log_files import views

app_name = "logfiles"
urlpatterns = [
    path("", views.index, name="index"),
    path("progress/", views.progress, name="progress"),
    path("download/", views.download, name="download"),
    path("discard/", views.discard, name="discard"),
]
