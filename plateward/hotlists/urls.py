from django.urls import path

from plateward.hotlists import views

app_name = "hotlists"
urlpatterns = [
    path("", views.index, name="index"),
    path("import", views.load, name="import"),
    path("import/<int:pk>/apply", views.apply, name="apply"),
    path("<int:pk>/", views.entries, name="list"),
]
