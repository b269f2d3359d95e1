from django.urls import path

from plateward.field.fleet.malfunctions import views

app_name = "malfunctions"
urlpatterns = [
    path("", views.list_malfunctions, name="index"),
    path("<int:pk>/", views.show_malfunction, name="malfunction"),
    path("<int:pk>/repair", views.record_repair, name="repair"),
    path("report/<int:pk>/", views.report_malfunction, name="report"),
    path("check/<int:pk>/", views.report_check, name="report_check"),
    path("modifications/", views.manage_modifications, name="modifications"),
    path("technicians/", views.manage_technicians, name="technicians"),
    path("technicians/<int:pk>/end", views.end_authorization, name="end"),
]
