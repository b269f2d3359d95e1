"""Included by hotlists.urls, in its namespace."""

from django.urls import path

from plateward.hotlists.imports import views, views_feeds, views_formats

urlpatterns = [
    path("feeds/", views_feeds.index, name="feeds"),
    path("feeds/<int:pk>/", views_feeds.edit, name="feed"),
    path("feeds/<int:pk>/pull", views_feeds.pull, name="feed_pull"),
    path("formats/", views_formats.index, name="formats"),
    path("formats/add", views_formats.edit, name="format_add"),
    path("formats/ncic", views_formats.codes, name="codes"),
    path("formats/preview", views_formats.preview, name="format_preview"),
    path("formats/of/<str:name>", views_formats.edit, name="format"),
    path("formats/of/<str:name>/retire", views_formats.retire, name="format_retire"),
    path("import", views.begin, name="import"),
    path("import/announce", views.announce, name="import_announce"),
    path("import/<int:pk>/", views.load, name="load"),
    path("import/<int:pk>/apply", views.apply, name="apply"),
    path("import/<int:pk>/discard", views.discard, name="discard"),
    path("import/<int:pk>/end", views.end, name="import_end"),
    path("import/<int:pk>/part/<int:number>", views.part, name="import_part"),
    path("import/<int:pk>/rejected", views.rejected, name="rejected_file"),
]
