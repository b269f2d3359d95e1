from django.urls import path

from plateward.alerts.sharing import views

app_name = "sharing"
urlpatterns = [
    path("<int:pk>/share", views.share, name="share"),
    path("<int:pk>/share/<int:share>/end", views.end, name="end"),
]
