from django.urls import path

from plateward.field.hotlists.administration import views as keeping
from plateward.field.hotlists.administration.views import edit_basis
from plateward.field.hotlists.imports import views as loading
from plateward.field.hotlists.imports import views_formats as formats
from plateward.field.hotlists.overview import views
from plateward.field.hotlists.protected import views as protected
from plateward.field.hotlists.recall import views as recalling

app_name = "hotlists"
urlpatterns = [
    path("", views.list_hotlists, name="index"),
    path("feeds/", loading.list_feeds, name="feeds"),
    path("feeds/<int:pk>/", loading.edit_feed, name="feed"),
    path("feeds/<int:pk>/pull", loading.fetch_now, name="feed_pull"),
    path("formats/", formats.list_formats, name="formats"),
    path("formats/add", formats.edit_format, name="format_add"),
    path("formats/ncic", formats.edit_ncic_reasons, name="codes"),
    path("formats/preview", formats.preview_format, name="format_preview"),
    path("formats/suggest", formats.suggest_columns, name="format_suggest"),
    path("formats/of/<str:name>", formats.edit_format, name="format"),
    path("formats/of/<str:name>/retire", formats.retire_format, name="format_retire"),
    path("formats/of/<str:name>/suggest", formats.suggest_columns, name="format_suggest"),
    path("import", loading.import_file, name="import"),
    path("import/announce", loading.announce_file, name="import_announce"),
    path("import/<int:pk>/", loading.show_load, name="load"),
    path("import/<int:pk>/apply", loading.apply_file, name="apply"),
    path("import/<int:pk>/discard", loading.discard_file, name="discard"),
    path("import/<int:pk>/end", loading.finish_file, name="import_end"),
    path("import/<int:pk>/part/<int:number>", loading.receive_part, name="import_part"),
    path("import/<int:pk>/rejected", loading.export_rejected, name="rejected_file"),
    path("add", keeping.edit_settings, name="add"),
    path("protected/", protected.show_register, name="protected"),
    path("protected/<int:pk>/end", protected.end_vehicle, name="protected_end"),
    path("protected/import", protected.import_vehicles, name="protected_import"),
    path("reasons/", keeping.manage_reasons, name="reasons"),
    path("reasons/<slug:key>/retire", keeping.retire_reason, name="reason_retire"),
    path("<int:pk>/", views.list_entries, name="list"),
    path("<int:pk>/basis", edit_basis, name="basis"),
    path("<int:pk>/export", keeping.export_list, name="export"),
    path("<int:pk>/notices", keeping.choose_notices, name="notices"),
    path("<int:pk>/retire", keeping.retire_list, name="retire"),
    path("<int:pk>/settings", keeping.edit_settings, name="settings"),
    path("entries/<uuid:pk>/recall", recalling.recall_page, name="recall"),
    path("recalled/", recalling.list_recalled, name="recalled"),
    path("recalled/<int:pk>/return", recalling.request_return, name="return_ask"),
    path("recalled/returns/<int:pk>", recalling.decide_return, name="return_decide"),
]
