from django.urls import path

from plateward.oversight.breaches import views

app_name = "breaches"
urlpatterns = [
    path("", views.index, name="index"),
    path("report/", views.report, name="report"),
    path("<int:pk>/", views.show_breach, name="breach"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/notified/", views.note_notified, name="notified"),
    path("<int:pk>/cut/", views.cut, name="cut"),
    path("<int:pk>/exports/", views.resume, name="exports"),
    path("<int:pk>/note/", views.add_note, name="note"),
    path("<int:pk>/suspect/", views.name_suspect, name="suspect"),
    path("<int:pk>/close/", views.close, name="close"),
]
