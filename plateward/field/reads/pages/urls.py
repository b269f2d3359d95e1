from datetime import date

from django.urls import path, register_converter

from plateward.field.reads.pages import views


class DayConverter:
    """A UTC day, YYYY-MM-DD."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "reads"
urlpatterns = [
    path("<day:day>/<uuid:pk>/<slug:which>.jpg", views.show_image, name="image"),
]
