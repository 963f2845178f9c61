from tests.mentoring.conftest import clock, queries_of

__all__ = ["clock", "queries_of"]
