from django.urls import path

from plateward.alerts.verifying import views

app_name = "verifying"
urlpatterns = [
    path("<int:pk>/ncic", views.ncic, name="ncic"),
    path("<int:pk>/door", views.door, name="door"),
    path("<int:pk>/fmcsa", views.fmcsa, name="fmcsa"),
    path("<int:pk>/hit", views.hit, name="hit"),
]
