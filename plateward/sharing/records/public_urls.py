from django.urls import path

from plateward.sharing.records import views_public

app_name = "public_records"
urlpatterns = [
    path("", views_public.show_start, name="start"),
    path("ask/", views_public.ask, name="ask"),
    path("status/", views_public.status, name="status"),
]
