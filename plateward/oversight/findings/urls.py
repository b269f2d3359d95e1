from django.urls import path

from plateward.oversight.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.list_findings, name="index"),
    path("thresholds/", views.set_threshold, name="thresholds"),
    path("report/", views.report_misuse, name="report"),
    path("<int:pk>/", views.show_finding, name="finding"),
]
