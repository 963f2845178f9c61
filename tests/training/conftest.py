from tests.mentoring.conftest import clock

__all__ = ["clock"]
