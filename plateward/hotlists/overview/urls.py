from django.urls import path

from plateward.hotlists.administration import views as keeping
from plateward.hotlists.administration.views import edit_basis
from plateward.hotlists.imports.urls import urlpatterns as imports
from plateward.hotlists.overview import views
from plateward.hotlists.protected import views as protected
from plateward.hotlists.recall import views as recalling

app_name = "hotlists"
urlpatterns = [
    path("", views.list_hotlists, name="index"),
    *imports,
    path("add", keeping.edit_settings, name="add"),
    path("protected/", protected.show_register, name="protected"),
    path("protected/<int:pk>/end", protected.end_vehicle, name="protected_end"),
    path("protected/import", protected.import_vehicles, name="protected_import"),
    path("reasons/", keeping.manage_reasons, name="reasons"),
    path("reasons/<slug:key>/retire", keeping.retire_reason, name="reason_retire"),
    path("<int:pk>/", views.list_entries, name="list"),
    path("<int:pk>/basis", edit_basis, name="basis"),
    path("<int:pk>/export", keeping.export_list, name="export"),
    path("<int:pk>/retire", keeping.retire_list, name="retire"),
    path("<int:pk>/settings", keeping.edit_settings, name="settings"),
    path("entries/<uuid:pk>/recall", recalling.recall_page, name="recall"),
    path("recalled/", recalling.list_recalled, name="recalled"),
    path("recalled/<int:pk>/return", recalling.request_return, name="return_ask"),
    path("recalled/returns/<int:pk>", recalling.decide_return, name="return_decide"),
]
