"""What an import did."""

from dataclasses import dataclass, field

from service.sheets.sheet import Finding, RowError


@dataclass
class Imported:
    """With an error in it nothing was stored, and the counts are zero."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def undo(self) -> None:
        """Nothing was taken in after all."""
        self.added = self.changed = self.unchanged = 0
