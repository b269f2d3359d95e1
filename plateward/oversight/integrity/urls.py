from django.urls import path

from plateward.oversight.integrity import views

app_name = "integrity"
urlpatterns = [
    path("", views.list_checks, name="index"),
    path("<str:key>/", views.show_check, name="check"),
]
