from django.urls import path

from plateward.alerts.overrides.views import override
from plateward.alerts.page import views
from plateward.alerts.queue import stream
from plateward.alerts.queue import views as queue

app_name = "alerts"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("acknowledge", queue.acknowledge, name="acknowledge"),
    path("quiet", queue.quiet, name="quiet"),
    path("historical", views.earlier_reads, name="historical"),
    path("stream", stream.stream, name="stream"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/observe", views.observe, name="observe"),
    path("<int:pk>/explain", views.explain, name="explain"),
    path("<int:pk>/act", views.act, name="act"),
    path("<int:pk>/moved", views.steps_json, name="moved"),
    path("<int:pk>/override", override, name="override"),
]
