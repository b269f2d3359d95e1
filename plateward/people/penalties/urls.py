from django.urls import path

from plateward.people.penalties import views

app_name = "penalties"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.offense, name="offense"),
    path("<int:pk>/note/", views.note, name="note"),
    path("<int:pk>/lift/", views.lift, name="lift"),
    path("record/<int:pk>/", views.record_offense, name="record"),
]
