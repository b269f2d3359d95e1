from django.urls import path

from plateward.alerts.overrides import views

app_name = "overrides"
urlpatterns = [
    path("", views.index, name="index"),
    path("banner", views.banner, name="banner"),
    path("<int:pk>/", views.review, name="review"),
]
