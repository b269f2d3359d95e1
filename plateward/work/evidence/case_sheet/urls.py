from django.urls import path

from plateward.work.evidence.case_sheet import views

app_name = "case_sheet"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("print", views.make, name="make"),
]
