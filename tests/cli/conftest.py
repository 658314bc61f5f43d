"""What these tests share."""

from tests.command import duban

__all__ = ["duban"]
