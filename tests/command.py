"""The command as a person types it, in a folder of its own."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from service import cli


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def refused(self) -> bool:
        """Whether the request was refused: one sentence on stderr, exit code 2, nothing on stdout."""
        return self.code == 2 and self.out == "" and len(self.err.strip().splitlines()) == 1


Duban = Callable[..., Ended]


@pytest.fixture
def duban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Duban]:
    """Run ``duban`` with these words; its state lies under the test's folder."""

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["duban", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, written.out, written.err)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    yield run
    structlog.reset_defaults()
