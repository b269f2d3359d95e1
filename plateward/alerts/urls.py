from django.urls import path

from plateward.alerts import stream, views

app_name = "alerts"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("historical", views.historical, name="historical"),
    path("stream", stream.stream, name="stream"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/observe", views.observe, name="observe"),
    path("<int:pk>/verify", views.verify, name="verify"),
    path("<int:pk>/act", views.act, name="act"),
]
