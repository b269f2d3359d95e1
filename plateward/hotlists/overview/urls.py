from django.urls import path

from plateward.hotlists.imports.urls import urlpatterns as imports
from plateward.hotlists.keeping import views as keeping
from plateward.hotlists.keeping.views_basis import basis
from plateward.hotlists.overview import views
from plateward.hotlists.protected import views as protected
from plateward.hotlists.recall import views as recalling

app_name = "hotlists"
urlpatterns = [
    path("", views.index, name="index"),
    *imports,
    path("add", keeping.settings, name="add"),
    path("protected/", protected.register, name="protected"),
    path("protected/<int:pk>/end", protected.end, name="protected_end"),
    path("protected/import", protected.intake, name="protected_import"),
    path("reasons/", keeping.reasons, name="reasons"),
    path("reasons/<slug:key>/retire", keeping.retire_reason, name="reason_retire"),
    path("<int:pk>/", views.entries, name="list"),
    path("<int:pk>/basis", basis, name="basis"),
    path("<int:pk>/export", keeping.export, name="export"),
    path("<int:pk>/retire", keeping.retire, name="retire"),
    path("<int:pk>/settings", keeping.settings, name="settings"),
    path("entries/<uuid:pk>/recall", recalling.recall, name="recall"),
    path("recalled/", recalling.recalled, name="recalled"),
    path("recalled/<int:pk>/return", recalling.ask_return, name="return_ask"),
    path("recalled/returns/<int:pk>", recalling.decide_return, name="return_decide"),
]
