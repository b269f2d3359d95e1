"""All routes of alerts, by namespace."""

from django.urls import include, path

from plateward.alerts.closing import views as closing
from plateward.alerts.confirming import views as confirming
from plateward.alerts.marking import views as marking
from plateward.alerts.outcomes import views as outcomes
from plateward.alerts.overrides import views as overrides
from plateward.alerts.page import views
from plateward.alerts.queue import pictures, stream
from plateward.alerts.queue import views as queue
from plateward.alerts.sharing import views as sharing
from plateward.alerts.verifying.asking import views as asking
from plateward.alerts.verifying.entry import views as entry
from plateward.reads.pages import urls  # noqa: F401, registers "day" in addresses

page_patterns = [
    path("", queue.queue, name="queue"),
    path("acknowledge", queue.acknowledge, name="acknowledge"),
    path("quiet", queue.quiet, name="quiet"),
    path("historical", views.earlier_reads, name="historical"),
    path("stream", stream.stream, name="stream"),
    path("picture/<day:day>/<uuid:pk>.jpg", pictures.show_picture, name="picture"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/observe", views.observe, name="observe"),
    path("<int:pk>/explain", views.explain, name="explain"),
    path("<int:pk>/act", views.act, name="act"),
    path("<int:pk>/moved", views.steps_json, name="moved"),
    path("<int:pk>/override", overrides.override, name="override"),
]
verifying_patterns = [
    path("<int:pk>/ncic", asking.ncic, name="ncic"),
    path("<int:pk>/door", asking.door, name="door"),
    path("<int:pk>/entry", entry.ask, name="entry_ask"),
    path("<int:pk>/entry/answer", entry.answer, name="entry_answer"),
    path("<int:pk>/fmcsa", asking.fmcsa, name="fmcsa"),
    path("<int:pk>/hit", asking.hit, name="hit"),
]
closing_patterns = [
    path("<int:pk>/dispose", closing.dispose, name="dispose"),
    path("dispositions/", closing.to_review, name="to_review"),
    path("dispositions/accept", closing.accept, name="accept"),
    path("dispositions/<int:pk>/", closing.review, name="review"),
]
marking_patterns = [
    path("<int:pk>/mark", marking.mark, name="mark"),
    path("<int:pk>/unmark", marking.undo, name="undo"),
]
confirming_patterns = [path("<int:pk>/fault", confirming.fault, name="fault")]
sharing_patterns = [
    path("<int:pk>/share", sharing.share, name="share"),
    path("<int:pk>/share/<int:share>/end", sharing.end, name="end"),
]
outcomes_patterns = [
    path("", outcomes.index, name="index"),
    path("<slug:kind>/<int:pk>/review", outcomes.review, name="review"),
    path("<slug:kind>/<int:pk>/floor", outcomes.floor, name="floor"),
]
overrides_patterns = [
    path("", overrides.index, name="index"),
    path("banner", overrides.banner, name="banner"),
    path("<int:pk>/", overrides.review, name="review"),
]
urlpatterns = [
    path("alerts/outcomes/", include((outcomes_patterns, "outcomes"))),
    path("alerts/", include((page_patterns, "alerts"))),
    path("alerts/", include((confirming_patterns, "confirming"))),
    path("alerts/", include((marking_patterns, "marking"))),
    path("overrides/", include((overrides_patterns, "overrides"))),
    path("alerts/", include((closing_patterns, "closing"))),
    path("alerts/", include((sharing_patterns, "sharing"))),
    path("alerts/", include((verifying_patterns, "verifying"))),
]
