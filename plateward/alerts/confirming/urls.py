from django.urls import path

from plateward.alerts.confirming import views

app_name = "confirming"
urlpatterns = [path("<int:pk>/fault", views.fault, name="fault")]
