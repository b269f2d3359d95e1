from django.urls import path

from plateward.people.sharing import views

app_name = "configuration"
urlpatterns = [
    path("", views.index, name="index"),
    path("public/", views.turn, name="turn"),
    path("sign/", views.sign, name="sign"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
