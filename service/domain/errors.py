"""Errors whose sentence a person can act on, in Chinese first and English beside it."""


class DubanError(Exception):
    """Something is wrong that a person can mend.

    ``zh`` and ``en`` each say what is wrong, where, and what to do; ``str(error)`` is both.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class RequestRefused(DubanError):
    """The request itself is wrong and nothing was changed (exit code 2 of the command)."""


class WorkFaulty(DubanError):
    """The request was fine, the work met a fault (exit code 1 of the command)."""
