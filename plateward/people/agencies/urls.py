from django.urls import path

from plateward.people.agencies import views

app_name = "agencies"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.register, name="register"),
    path("<int:pk>/", views.agency_page, name="agency"),
    path("<int:pk>/request/", views.record_request, name="request"),
    path("<int:pk>/declare/", views.declare, name="declare"),
    path("declarations/<int:pk>/letter/", views.letter, name="letter"),
    path("requests/<int:pk>/consult/", views.consult, name="consult"),
    path("requests/<int:pk>/decide/", views.decide, name="decide"),
    path("grants/<int:pk>/revoke/", views.revoke, name="revoke"),
]
