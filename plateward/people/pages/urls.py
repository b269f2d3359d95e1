from django.urls import path

from plateward.people.bulk_import import views as intake
from plateward.people.pages import views
from plateward.people.roster import views as roster
from plateward.people.sign_in import views_locks
from plateward.people.units import views as places

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("directory/", roster.directory, name="directory"),
    path("export/", views.export_people, name="export"),
    path("import/", intake.import_people, name="import"),
    path("matrix/", views.permission_matrix, name="matrix"),
    path("matrix/review/", views.permission_matrix, name="review_table"),
    path("places/", places.index, name="places"),
    path("places/districts/add/", places.edit_district, name="district_add"),
    path("places/districts/<int:pk>/", places.edit_district, name="district"),
    path("places/units/add/", places.edit_unit, name="unit_add"),
    path("places/units/<int:pk>/", places.edit_unit, name="unit"),
    path("<int:pk>/", views.person_page, name="person"),
    path("<int:pk>/edit/", views.edit_person, name="edit"),
    path("<int:pk>/password/", views.give_password, name="password"),
    path("log-ins/", views_locks.log_ins, name="log_ins"),
    path("log-ins/<str:username>/release/", views_locks.release_person, name="release"),
    path("log-ins/terminals/", views_locks.terminal_issue, name="terminal_issue"),
    path("log-ins/terminals/<int:pk>/revoke/", views_locks.terminal_revoke, name="terminal_revoke"),
]
