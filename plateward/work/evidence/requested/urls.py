from django.urls import path

from plateward.work.evidence.requested import views

app_name = "packages"
urlpatterns = [
    path("", views.index, name="index"),
    path("request", views.request_package, name="request"),
    path("<uuid:pk>/", views.show_package, name="package"),
    path("<uuid:pk>/progress", views.progress, name="progress"),
    path("<uuid:pk>/download", views.download, name="download"),
    path("<uuid:pk>/discard", views.discard, name="discard"),
]
