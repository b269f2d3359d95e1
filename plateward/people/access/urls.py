from django.urls import path

from plateward.people.access import views

app_name = "access"
urlpatterns = [path("mine/", views.mine, name="mine")]
