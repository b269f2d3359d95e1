"""Included by hotlists.urls, in its namespace."""

from django.urls import path

from plateward.hotlists.imports import views, views_formats

urlpatterns = [
    path("feeds/", views.list_feeds, name="feeds"),
    path("feeds/<int:pk>/", views.edit_feed, name="feed"),
    path("feeds/<int:pk>/pull", views.fetch_now, name="feed_pull"),
    path("formats/", views_formats.list_formats, name="formats"),
    path("formats/add", views_formats.edit_format, name="format_add"),
    path("formats/ncic", views_formats.edit_ncic_reasons, name="codes"),
    path("formats/preview", views_formats.preview_format, name="format_preview"),
    path("formats/of/<str:name>", views_formats.edit_format, name="format"),
    path("formats/of/<str:name>/retire", views_formats.retire_format, name="format_retire"),
    path("import", views.import_file, name="import"),
    path("import/announce", views.announce_file, name="import_announce"),
    path("import/<int:pk>/", views.show_load, name="load"),
    path("import/<int:pk>/apply", views.apply_file, name="apply"),
    path("import/<int:pk>/discard", views.discard_file, name="discard"),
    path("import/<int:pk>/end", views.finish_file, name="import_end"),
    path("import/<int:pk>/part/<int:number>", views.receive_part, name="import_part"),
    path("import/<int:pk>/rejected", views.export_rejected, name="rejected_file"),
]
