from django.urls import path

from plateward.alerts.verifying.asking import views
from plateward.alerts.verifying.entry import views as entry

app_name = "verifying"
urlpatterns = [
    path("<int:pk>/ncic", views.ncic, name="ncic"),
    path("<int:pk>/door", views.door, name="door"),
    path("<int:pk>/entry", entry.ask, name="entry_ask"),
    path("<int:pk>/entry/answer", entry.answer, name="entry_answer"),
    path("<int:pk>/fmcsa", views.fmcsa, name="fmcsa"),
    path("<int:pk>/hit", views.hit, name="hit"),
]
