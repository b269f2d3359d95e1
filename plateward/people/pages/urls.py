from django.urls import path

from plateward.people.entry import views_log_ins
from plateward.people.intake import views as intake
from plateward.people.pages import views
from plateward.people.places import views as places

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
    path("import/", intake.intake, name="import"),
    path("matrix/", views.who_may, name="matrix"),
    path("places/", places.index, name="places"),
    path("places/districts/add/", places.district, name="district_add"),
    path("places/districts/<int:pk>/", places.district, name="district"),
    path("places/units/add/", places.unit, name="unit_add"),
    path("places/units/<int:pk>/", places.unit, name="unit"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/password/", views.password, name="password"),
    path("log-ins/", views_log_ins.log_ins, name="log_ins"),
    path("log-ins/<str:username>/release/", views_log_ins.release, name="release"),
    path("log-ins/terminals/", views_log_ins.terminal_issue, name="terminal_issue"),
    path("log-ins/terminals/<int:pk>/revoke/", views_log_ins.terminal_revoke, name="terminal_revoke"),
]
