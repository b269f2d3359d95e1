"""A clause number on a page opens what the software does for it, with the agency's own words if it gave them."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from plateward import environment
from plateward.ground.config.reading import WrongSetting
from plateward.ground.policy.packs import packs, policy_rows
from plateward.people.testing import person, signed_in
from plateward.web.templatetags.clauses import link_clauses, patterns, sections

TEXT = "PLATEWARD_POLICY_TEXT"
ROOMS = Path(__file__).parents[2]
LINK = '<a class="clause-ref" href="/policy/{0}" target="_blank" rel="noopener">{0}</a>'


@pytest.mark.parametrize(
    ("html", "ids"),
    [
        ("<p>Marked (clause 6.e.iii).</p>", ["6.e.iii"]),
        ("<p>See clauses 6.b.i.8, 6.c and CJIS AU-9.</p>", ["6.b.i.8", "6.c", "AU-9"]),
        ("<td>6.f.i.1</td><td>SB40.use</td>", ["6.f.i.1"]),
        ("<p>Needs two people (clauses AC-2, AC-6).</p>", ["AC-2", "AC-6"]),
        ("<p>A car AC-2, version 6.e.i.2, item 16.a, clause 6.z.i</p>", []),
        ('<a href="#">clause 6.e.iii</a><summary>clause 6.e.iii</summary>', []),
        ('<p title="a > b, clause 6.e.iii">x</p><textarea>clause 6.e.iii</textarea>', []),
        ("<p>CJIS AC-2 or AU-9; XCJIS AC-6, subclause AC-6, 16.b.i.8</p>", ["AC-2", "AU-9"]),
        ("<label>Say why (clause 6.e.vi)</label><p>clause 6.e.vi</p>", ["6.e.vi"]),
    ],
)
def test_numbers_in_text_become_links_and_nothing_else_changes(html: str, ids: list[str]) -> None:
    linked = link_clauses(html)
    assert re.findall(r'href="/policy/([^"]+)"', linked) == ids
    for id in ids:
        linked = linked.replace(LINK.format(id), id)
    assert linked == html


def test_every_clause_that_a_template_cites_is_in_a_pack() -> None:
    cited = {
        id
        for file in ROOMS.glob("*/**/templates/**/*.html")
        for match in patterns().cited.finditer(file.read_text())
        for id in patterns().id.findall(match[0])
    }
    assert len(cited) > 30
    assert cited <= policy_rows().keys() | sections()


NAMED = re.compile(r'"([a-z_/]+\.html)"')
# Only ever within a page or another part.
WITHIN_A_PAGE = {
    "alerts/home.html",
    "dems/state.html",
    "dispatch/of_alert.html",
    "fleet/home.html",
    "searches/agency.html",
    "web/left_out.html",
}


def test_a_part_of_a_page_that_comes_later_has_its_links_too() -> None:
    templates = {str(file).partition("/templates/")[2]: file for file in ROOMS.glob("**/templates/**/*.html")}
    code = (file for file in ROOMS.glob("**/*.py") if "tests" not in file.parts)
    named = {name for file in code for name in NAMED.findall(file.read_text()) if name in templates}
    parts = {name for name in named if "{% extends" not in templates[name].read_text()}
    without = {name for name in parts if "{% clauses %}" not in templates[name].read_text()}
    assert without == WITHIN_A_PAGE
    assert len(parts - without) > 5


@pytest.mark.django_db
def test_a_page_leads_to_what_is_done_for_a_clause() -> None:
    ada = signed_in(person("ada"))
    assert LINK.format("6.e.vi") in ada.get(reverse("searches:ask")).content.decode()
    page = ada.get("/policy/6.e.vi")
    assert [text.row for text in page.context["clauses"]] == [policy_rows()["6.e.vi"]]
    text = page.content.decode()
    assert "generic reasons" in text.replace("&quot;", '"')
    assert ">6.e.vii</a>" in text
    assert "facts first (offense or event" in text
    assert "To be confirmed by the Chief." in text
    assert {clause.row.id for clause in ada.get("/policy/6.c").context["clauses"]} == {
        id for id in policy_rows() if id.startswith("6.c.")
    }
    everything = ada.get("/policy/").context["clauses"]
    assert len(everything) == sum(len(pack.rows) for pack in packs())
    assert ada.get("/policy/6.z").status_code == 404


@pytest.mark.django_db
@pytest.mark.clause("6.c.ii.1/all")
def test_nothing_leads_there_before_the_second_factor() -> None:
    page = signed_in(person("ada", may_enroll=True), second_factor=False).get(reverse("mfa_index"))
    assert "6.c.ii.1" in page.content.decode()
    assert "clause-ref" not in page.content.decode()


@pytest.mark.django_db
def test_an_agency_adds_the_words_of_its_own_policy(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "policy.toml").write_text('"6.e.iii" = "Leads are <confidential>."')
    settings.POLICY_TEXT = environment.policy_text(tmp_path / "policy.toml")
    page = signed_in(person("ada")).get("/policy/6.e.iii").content.decode()
    assert "Leads are &lt;confidential&gt;." in page


@pytest.mark.parametrize("text", ['"6.z" = "No clause."', '"6.e.iii" = 3', "6.e.iii is", "\udcff"])
def test_the_hub_does_not_start_with_a_file_that_is_no_policys_text(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    monkeypatch.setenv(TEXT, str(file))
    with pytest.raises(WrongSetting, match="policy_text"):
        runpy.run_path(str(ROOMS / "settings.py"))
