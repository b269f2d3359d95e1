from django.urls import URLPattern

from plateward.work.searches.api.operations import api

app_name = "api"
# Without ninja's own first page, which says nothing.
urlpatterns = [
    pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]
