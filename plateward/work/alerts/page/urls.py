"""All routes of alerts, by namespace."""

from django.urls import include, path

from plateward.field.reads.pages import urls  # noqa: F401, registers "day" in addresses
from plateward.work.alerts.closing import views as closing
from plateward.work.alerts.confirming import views as confirming
from plateward.work.alerts.outcomes import views as outcomes
from plateward.work.alerts.overrides import views as overrides
from plateward.work.alerts.page import views
from plateward.work.alerts.queue import stream
from plateward.work.alerts.queue import views as queue
from plateward.work.alerts.sharing import views as sharing
from plateward.work.alerts.verifying.asking import views as asking
from plateward.work.alerts.verifying.entry import views as entry

page_patterns = [
    path("", queue.queue, name="queue"),
    path("acknowledge", queue.acknowledge, name="acknowledge"),
    path("quiet", queue.quiet, name="quiet"),
    path("historical", views.earlier_reads, name="historical"),
    path("stream", stream.stream, name="stream"),
    path("picture/<day:day>/<uuid:pk>.jpg", queue.show_picture, name="picture"),
    path("<int:pk>/", views.alert, name="alert"),
    path("<int:pk>/confirm", views.view_of(views.confirm), name="confirm"),
    path("<int:pk>/observe", views.view_of(views.observe), name="observe"),
    path("<int:pk>/explain", views.view_of(views.explain), name="explain"),
    path("<int:pk>/act", views.view_of(views.act), name="act"),
    path("<int:pk>/moved", views.steps_json, name="moved"),
    path("<int:pk>/override", views.view_of(overrides.override), name="override"),
]
verifying_patterns = [
    path("<int:pk>/ncic", views.view_of(asking.ncic), name="ncic"),
    path("<int:pk>/door", views.view_of(asking.door), name="door"),
    path("<int:pk>/entry", views.view_of(entry.ask), name="entry_ask"),
    path("<int:pk>/entry/answer", views.view_of(entry.answer), name="entry_answer"),
    path("<int:pk>/fmcsa", views.view_of(asking.fmcsa), name="fmcsa"),
    path("<int:pk>/hit", views.view_of(asking.hit), name="hit"),
]
closing_patterns = [
    path("<int:pk>/dispose", views.view_of(closing.dispose), name="dispose"),
    path("dispositions/", closing.to_review, name="to_review"),
    path("dispositions/accept", closing.accept, name="accept"),
    path("dispositions/<int:pk>/", closing.review, name="review"),
]
marking_patterns = [
    path("<int:pk>/mark", views.view_of(confirming.mark), name="mark"),
    path("<int:pk>/unmark", views.view_of(confirming.undo), name="undo"),
]
confirming_patterns = [path("<int:pk>/fault", views.view_of(confirming.fault), name="fault")]
sharing_patterns = [
    path("<int:pk>/share", views.view_of(sharing.share), name="share"),
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
    path("exception/", overrides.show_exception, name="exception"),
    path("exception/allow", overrides.allow_exception, name="allow"),
    path("exception/end", overrides.end_exception, name="end"),
    path("stream", stream.banners, name="stream"),
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
