"""Whatever axe-core finds wrong in an element is among the traits that decide whether it is asked."""

import pytest
from playwright.sync_api import Browser

from plateward.demo.tests.look import TRAITS, violations

pytestmark = pytest.mark.browser

PAGE = """<!doctype html>
<html lang="en"><head><title>Alerts</title><style>
p { color: #222 }
.pale { color: #bbb }
.long { height: 20px; overflow: auto }
.bare { color: #444; text-decoration: none }</style></head>
<body><main><h1>Alerts</h1>
<form><label for="plate">Plate</label><input id="plate"><button accesskey="s">Send</button>
<label for="state">State</label><select id="state"><option>NM</option></select></form>
<ul><li>First</li><li>Second</li></ul><dl><dt>Camera</dt><dd>Unit 14</dd></dl>
<p>Nobody has read it.</p><img src="data:," alt="Plate"><a href="/alerts/">All alerts</a>
<p><a class="bare" href="/map/">Map</a></p><p class="long"><br><br><br><a href="/help/">Help</a></p>
<div class="folded"><button accesskey="f" aria-expanded="false">More</button></div>
<table><tr><th>Read</th><th>Camera</th></tr><tr><td>ABC123</td><td>Unit 14</td></tr></table></main></body></html>"""
FAULTS = {
    "html-has-lang": ('<html lang="en">', "<html>"),
    "document-title": ("<title>Alerts</title>", ""),
    "label": ('<label for="plate">Plate</label>', ""),
    "select-name": ('for="state"', 'for="nothing"'),
    "button-name": (">Send<", "><"),
    "link-name": (">All alerts<", "><"),
    "image-alt": (' alt="Plate"', ""),
    "accesskeys": ('accesskey="f"', 'accesskey="s"'),
    "aria-valid-attr-value": ('aria-expanded="false"', 'aria-expanded="perhaps"'),
    "aria-valid-attr": ("aria-expanded", "aria-unfolded"),
    "aria-roles": ('class="folded"', 'role="fold"'),
    "aria-hidden-focus": ('class="folded"', 'class="folded" aria-hidden="true"'),
    "aria-required-children": ('class="folded"', 'class="folded" role="list"'),
    "nested-interactive": ('class="folded"', 'class="folded" role="button" tabindex="0"'),
    "list": ("<li>First</li>", "<div>First</div>"),
    "definition-list": ("<dt>Camera</dt><dd>Unit 14</dd>", "<dd>Unit 14</dd><dt>Camera</dt>"),
    "color-contrast": ("<p>", '<p class="pale">'),
    "scrollable-region-focusable": ("<p>Nobody", '<p class="long">Nobody' + "<br>has" * 9),
    "meta-refresh": ("</title>", '</title><meta http-equiv="refresh" content="60">'),
    "link-in-text-block": ('<p><a class="bare"', '<p>It is on the <a class="bare"'),
    "tabindex": ("<p>", '<p tabindex="5">'),
}


def test_a_page_with_a_new_fault_has_a_new_trait(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    assert violations(page) == []
    usual = set(page.evaluate(TRAITS))
    for rule, (right, wrong) in FAULTS.items():
        page.set_content(PAGE.replace(right, wrong, 1))
        assert not usual.issuperset(page.evaluate(TRAITS)), rule
        assert rule in {violation.partition(":")[0] for violation in violations(page)}, rule
    page.close()


def test_other_words_and_more_rows_are_no_new_trait(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    usual = set(page.evaluate(TRAITS))
    more = PAGE.replace("<li>First</li>", "<li>Third</li><li>Fourth</li>").replace("ABC123", "XYZ789")
    page.set_content(more.replace("</tr></table>", "</tr><tr><td>ABC124</td><td>Unit 12</td></tr></table>"))
    assert usual.issuperset(page.evaluate(TRAITS))
    page.close()
