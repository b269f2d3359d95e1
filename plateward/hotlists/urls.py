from django.urls import path

from plateward.hotlists import views
from plateward.hotlists.recall.views import recall

app_name = "hotlists"
urlpatterns = [
    path("", views.index, name="index"),
    path("import", views.load, name="import"),
    path("import/<int:pk>/apply", views.apply, name="apply"),
    path("<int:pk>/", views.entries, name="list"),
    path("entries/<uuid:pk>/recall", recall, name="recall"),
]
