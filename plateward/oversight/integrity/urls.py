from django.urls import path

from plateward.oversight.integrity import accepting_views, views

app_name = "integrity"
urlpatterns = [
    path("", views.list_checks, name="index"),
    path("altered/", accepting_views.altered_records, name="altered"),
    path("altered/propose/", accepting_views.propose, name="propose"),
    path("altered/<int:pk>/", accepting_views.show_acceptance, name="acceptance"),
    path("altered/<int:pk>/decide/", accepting_views.decide, name="decide"),
    path("<str:key>/", views.show_check, name="check"),
]
