from django.urls import path

from plateward.field.fleet.placements import views

app_name = "placements"
urlpatterns = [
    path("", views.list_placements, name="index"),
    path("zones/", views.manage_zones, name="zones"),
    path("zones/<int:pk>/end", views.end_zone, name="zone_end"),
    path("deployments/<int:pk>/end", views.end_deployment, name="end"),
    path("deployments/<int:pk>/approve", views.approve_deployment, name="approve"),
    path("transfers/<int:pk>/decide", views.decide_transfer, name="decide"),
    path("<int:pk>/", views.show_reader, name="reader"),
    path("<int:pk>/deploy", views.deploy, name="deploy"),
    path("<int:pk>/transfer", views.request_transfer, name="transfer"),
    path("<int:pk>/assign", views.assign, name="assign"),
    path("<int:pk>/incident", views.record_incident, name="incident"),
]
