from plateward.people.conftest import recorded

__all__ = ["recorded"]
