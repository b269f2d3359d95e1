from django.urls import path

from plateward.oversight.transparency import public_views

app_name = "transparency"
urlpatterns = [
    path("", public_views.show_page, name="index"),
    *(path(row[0], public_views.file_view(which), name=which) for which, row in public_views.FILES.items()),
]
