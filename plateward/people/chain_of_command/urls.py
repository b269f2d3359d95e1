from django.urls import path

from plateward.people.chain_of_command import views

app_name = "command"
urlpatterns = [
    path("", views.absences, name="absences"),
    path("<int:pk>/end", views.end, name="absence_end"),
]
