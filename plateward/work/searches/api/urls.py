from django.urls import URLPattern

from plateward.work.searches.api.operations import api

app_name = "api"
# Without ninja's own first page, which says nothing.
urlpatterns = [
    pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]
TAKES = {
    view.url_name: [method for operation in view.operations for method in operation.methods]
    for view in api.default_router.path_operations.values()
}
for pattern in urlpatterns:
    pattern.callback.takes = TAKES[pattern.name]  # type: ignore[attr-defined]
