from django.urls import path

from plateward.sharing.records import views_public

app_name = "records"
urlpatterns = [
    path("", views_public.show_start, name="public"),
]
