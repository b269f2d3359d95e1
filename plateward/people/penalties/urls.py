from django.urls import path

from plateward.people.penalties import views

app_name = "penalties"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.offense_page, name="offense"),
    path("<int:pk>/note/", views.add_note, name="note"),
    path("<int:pk>/lift/", views.grant_appeal, name="lift"),
    path("record/<int:pk>/", views.record_offense, name="record"),
]
