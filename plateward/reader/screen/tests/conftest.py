from plateward.reader.tests.conftest import agency, hub, key  # noqa: F401, fixtures
