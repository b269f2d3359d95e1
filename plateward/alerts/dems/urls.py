from django.urls import path

from plateward.alerts.dems import views

app_name = "dems"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.duty, name="duty"),
    path("<int:pk>/record", views.record_export, name="record"),
    path("<int:pk>/look", views.review_export, name="look"),
]
