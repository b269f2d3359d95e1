from django.urls import path

from plateward.work.searches.api import pages

app_name = "api_pages"
urlpatterns = [
    path("", pages.reference, name="reference"),
    path("openapi.json", pages.schema, name="schema"),
    path("tokens/", pages.tokens, name="tokens"),
    path("tokens/make", pages.make, name="make"),
    path("tokens/all/", pages.all_tokens, name="all_tokens"),
    path("tokens/all/<int:pk>/end", pages.end, name="end"),
    path("tokens/<int:pk>/revoke", pages.revoke, name="revoke"),
]
