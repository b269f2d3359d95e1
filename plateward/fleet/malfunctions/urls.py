from django.urls import path

from plateward.fleet.malfunctions import views

app_name = "malfunctions"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/repair", views.repair, name="repair"),
    path("report/<int:pk>/", views.report, name="report"),
    path("check/<int:pk>/", views.report_check, name="report_check"),
    path("technicians/", views.technicians, name="technicians"),
    path("technicians/<int:pk>/end", views.end, name="end"),
]
