from django.urls import path

from plateward.work.searches.results import patterns, reads, views

app_name = "results"
urlpatterns = [
    path("", views.index, name="index"),
    path("last-seen/", patterns.last_seen, name="last_seen"),
    path("common-stops/", patterns.common_stops, name="common_stops"),
    path("traveled-with/", patterns.traveled_with, name="traveled_with"),
    path("both-scenes/", patterns.both_scenes, name="both_scenes"),
    path("<slug:layout>/", views.page, name="page"),
    path("<slug:layout>/stream", views.stream, name="stream"),
    path("read/<day:day>/<uuid:read>/", reads.read_page, name="read"),
    path("read/<day:day>/<uuid:read>/unmask", reads.unmask_read, name="unmask"),
    path("read/<day:day>/<uuid:read>/<slug:which>.jpg", reads.show_image, name="image"),
]
