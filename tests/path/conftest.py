"""What these tests share."""

from tests.house import house

__all__ = ["house"]
