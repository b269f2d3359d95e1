from django.urls import path

from plateward.alerts.confirming import views
from plateward.alerts.confirming.overrides.views import override

app_name = "confirming"
urlpatterns = [
    path("<int:pk>/fault", views.fault, name="fault"),
    path("<int:pk>/moved", views.moved, name="moved"),
    path("<int:pk>/override", override, name="override"),
]
