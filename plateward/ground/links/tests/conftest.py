"""CAD's certificate and the hub's own, for tests of links."""

from plateward.ground.links.testing import site

__all__ = ["site"]  # fixture
