from django.urls import path

from plateward.oversight.investigations import views

app_name = "investigations"
urlpatterns = [
    path("", views.index, name="index"),
    path("open/", views.open_investigation, name="open"),
    path("own/", views.own, name="own"),
    path("<int:pk>/", views.show_investigation, name="investigation"),
    path("<int:pk>/entries/", views.show_entries, name="entries"),
    path("<int:pk>/file/", views.give_file, name="file"),
    path("<int:pk>/<slug:act>/", views.do, name="act"),
]
