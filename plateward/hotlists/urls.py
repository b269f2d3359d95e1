from django.urls import path

from plateward.hotlists import views, views_keeping
from plateward.hotlists.imports.urls import urlpatterns as imports
from plateward.hotlists.recall.views import recall

app_name = "hotlists"
urlpatterns = [
    path("", views.index, name="index"),
    *imports,
    path("add", views_keeping.settings, name="add"),
    path("reasons/", views_keeping.reasons, name="reasons"),
    path("reasons/<slug:key>/retire", views_keeping.retire_reason, name="reason_retire"),
    path("<int:pk>/", views.entries, name="list"),
    path("<int:pk>/export", views_keeping.export, name="export"),
    path("<int:pk>/retire", views_keeping.retire, name="retire"),
    path("<int:pk>/settings", views_keeping.settings, name="settings"),
    path("entries/<uuid:pk>/recall", recall, name="recall"),
]
