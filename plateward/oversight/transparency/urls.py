from django.urls import path

from plateward.oversight.transparency import views

app_name = "yearly"
urlpatterns = [
    path("", views.index, name="index"),
    path("count/", views.ask, name="ask"),
    path("import/", views.preview_file, name="import"),
    path("state/<int:year>/", views.show_state, name="state"),
    path("state/<int:year>/<str:form>/", views.export_state, name="export_state"),
    path("<int:pk>/", views.show_report, name="report"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/<str:form>/", views.export, name="export"),
]
