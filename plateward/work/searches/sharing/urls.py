from django.urls import path

import plateward.field.reads.pages.urls  # noqa: F401, registers the converter of days
from plateward.work.searches.sharing import views

app_name = "read_sharing"
urlpatterns = [
    path("", views.list_own, name="own"),
    path("<day:day>/<uuid:pk>/", views.show_read, name="read"),
    path("shares/<int:pk>/end", views.end_share, name="end"),
]
