from django.urls import path

from plateward.work.evidence.dems import views

app_name = "dems"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.duty, name="duty"),
    path("<int:pk>/export", views.export, name="export"),
    path("<int:pk>/retry", views.retry, name="retry"),
    path("<int:pk>/package", views.request_package, name="package"),
    path("<int:pk>/progress", views.progress, name="progress"),
    path("<int:pk>/record", views.record_export, name="record"),
    path("<int:pk>/look", views.review_export, name="look"),
]
