"""The people's listener: every page and what it loads. `people/routes.py` says who may open which."""

from django.urls import include, path

from plateward.people.purpose.views import state as state_purpose
from plateward.people.sign_in import urls as entry
from plateward.web.first_steps import show_first_steps
from plateward.web.home import home
from plateward.web.map_tiles import map_tiles
from plateward.web.policy import clause
from plateward.web.system import show_system

urlpatterns = [
    path("", home, name="home"),
    path("map/tiles", map_tiles, name="map_tiles"),
    path("setup/", show_first_steps, name="first_steps"),
    path("system/", include(([path("", show_system, name="index")], "system"))),
    path("policy/", clause, name="policy"),
    path("policy/<str:id>", clause, name="clause"),
    path("purpose/", state_purpose, name="purpose"),
    path("map/", include("plateward.work.dispatch.map.urls")),
    *entry.sign_in_patterns,
    path("access/", include("plateward.people.access.urls")),
    path("absences/", include("plateward.people.chain_of_command.urls")),
    path("mail/", include("plateward.people.mail.urls")),
    path("people/", include("plateward.people.pages.urls")),
    path("training/", include("plateward.people.training.views.urls")),
    path("protocols/", include("plateward.people.documents.urls")),
    path("agencies/", include("plateward.people.agencies.urls")),
    path("penalties/", include("plateward.people.penalties.urls")),
    path("sharing/", include("plateward.people.sharing.urls")),
    path("", include("plateward.work.alerts.page.urls")),
    path("alerts/<int:pk>/case-sheet/", include("plateward.work.evidence.case_sheet.urls")),
    path("alerts/dems/", include("plateward.work.evidence.dems.urls")),
    path("dispatch/", include("plateward.work.dispatch.urls")),
    path("redaction/", include("plateward.sharing.redaction.urls")),
    path("reads/", include("plateward.field.reads.pages.urls")),
    path("reads/", include("plateward.work.searches.sharing.urls")),
    path("custody/", include("plateward.work.evidence.custody.urls")),
    path("evidence/", include("plateward.work.evidence.requested.urls")),
    path("searches/api/", include("plateward.work.searches.api.page_urls")),
    path("api/v1/", include("plateward.work.searches.api.urls")),
    path("searches/<int:pk>/results/", include("plateward.work.searches.results.urls")),
    path("searches/<int:pk>/export/", include("plateward.work.searches.exports.urls")),
    path("searches/", include("plateward.work.searches.urls")),
    path("hotlists/requests/", include("plateward.field.hotlists.requests.views.urls")),
    path("hotlists/", include("plateward.field.hotlists.overview.urls")),
    path("reader/", include("plateward.field.fleet.officers.urls")),
    path("fleet/checks/", include("plateward.field.fleet.checks.urls")),
    path("fleet/malfunctions/", include("plateward.field.fleet.malfunctions.urls")),
    path("fleet/placements/", include("plateward.field.fleet.placements.urls")),
    path("fleet/", include("plateward.field.fleet.overview.urls")),
    path("public-records/", include("plateward.sharing.records.public_urls")),
    path("records/", include("plateward.sharing.records.urls")),
    path("search-log/", include("plateward.oversight.published_log.urls")),
    path("breaches/", include("plateward.oversight.breaches.urls")),
    path("investigations/", include("plateward.oversight.investigations.urls")),
    path("compliance/", include("plateward.oversight.compliance.urls")),
    path("findings/", include("plateward.oversight.findings.urls")),
    path("retention/", include("plateward.work.retention.urls")),
    path("reviews/", include("plateward.oversight.reviews.urls")),
    path("integrity/", include("plateward.oversight.integrity.urls")),
    path("transparency/", include("plateward.oversight.transparency.public_urls")),
    path("yearly/", include("plateward.oversight.transparency.urls")),
    path("audit/whole/", include("plateward.oversight.log_files.urls")),
    path("audit/", include("plateward.oversight.log.urls")),
]

handler500 = "plateward.web.views.server_failure"
