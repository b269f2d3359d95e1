from django.urls import path

from plateward.work.evidence.custody import views

app_name = "custody"
urlpatterns = [
    path("", views.index, name="index"),
    path("<day:day>/<uuid:pk>/", views.show_chain, name="chain"),
    path("<day:day>/<uuid:pk>/report", views.report, name="report"),
    path("<day:day>/<uuid:pk>/copy/", views.ask, name="ask"),
    path("<day:day>/<uuid:pk>/download", views.download, name="download"),
    path("<day:day>/<uuid:pk>/print", views.print_page, name="print"),
]
