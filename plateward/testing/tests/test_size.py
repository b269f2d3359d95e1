"""What the count of the product's size counts."""

from plateward.testing.size import figures

TEXTS = {
    "plateward/settings.py": 'INSTALLED_APPS = [\n    "django.contrib.auth",\n    "plateward.field.reads",\n]\n',
    "plateward/field/reads/one.py": (
        "from plateward.field.reads import two\n\ndef used():\n    return two.PORT, 'PLATEWARD_PORT'\n"
    ),
    "plateward/field/reads/two.py": "PORT = 8443\n\n\ndef forgotten():\n    pass\n\n\nused = 1\n",
    "plateward/oversight/detectors/many.py": "PLATES = 40\nNAME = 'many'\n",
    "plateward/field/reads/tests/test_one.py": "def test_used():\n    assert True\n",
    "plateward/bench/reads.py": "A = 1\n",
    "docs/decisions/0001-a.md": "Why.\n",
}


def test_what_an_agency_installs_is_counted_without_tests_and_benchmarks() -> None:
    found = figures(TEXTS)
    assert found["Lines of Python"] == 18
    assert found["Files"] == 4
    assert found["Modules with one importer"] == 1
    assert found["Functions and classes mentioned once"] == 1
    assert found["Django apps of ours"] == 1
    assert found["Numbers of detectors"] == 1
    assert found["Environment variables"] == 1
    assert found["Decisions on record"] == 1
    assert found["Lines of tests"] == 2
    assert found["Lines of bench, demo, simulators, testing"] == 1
