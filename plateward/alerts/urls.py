from django.urls import path

from plateward.alerts import stream, views
from plateward.alerts.routing import queue

app_name = "alerts"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("acknowledge", queue.acknowledge, name="acknowledge"),
    path("quiet", queue.quiet, name="quiet"),
    path("historical", views.historical, name="historical"),
    path("stream", stream.stream, name="stream"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/observe", views.observe, name="observe"),
    path("<int:pk>/explain", views.explain, name="explain"),
    path("<int:pk>/act", views.act, name="act"),
]
