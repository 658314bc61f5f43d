"""The colours of urgency, as letters and sheets show it; words always say it too."""

from collections.abc import Mapping
from enum import StrEnum

from service.domain.obligation import INFORMATION, MILESTONES
from service.letters.letter import Matter
from service.letters.standing import Standing, is_voluntary


class Tone(StrEnum):
    CALM = "calm"
    WARNING = "warning"
    ALARM = "alarm"
    DONE = "done"


INK: Mapping[Tone, str] = {
    Tone.CALM: "#1b4f8a",
    Tone.WARNING: "#8f5400",
    Tone.ALARM: "#b3261e",
    Tone.DONE: "#256a46",
}
TINT: Mapping[Tone, str] = {
    Tone.CALM: "#eef4fb",
    Tone.WARNING: "#fdf4e3",
    Tone.ALARM: "#fdeeec",
    Tone.DONE: "#ecf6f0",
}
"""Behind its ink, each with a contrast of more than 4.5 to 1 (WCAG AA)."""

_TONES = {
    Standing.AHEAD: Tone.CALM,
    Standing.TODAY: Tone.WARNING,
    Standing.SUGGESTED_PASSED: Tone.WARNING,
    Standing.STATUTORY_PASSED: Tone.ALARM,
    Standing.ENDED: Tone.ALARM,
}


def tone(matter: Matter, stands: Standing) -> Tone:
    """How loudly to show it; an application on record calms, and so does what is only told or offered."""
    if matter.pending or matter.kind in INFORMATION or (is_voluntary(matter) and stands is Standing.STATUTORY_PASSED):
        return Tone.CALM
    return Tone.WARNING if matter.kind in MILESTONES and stands is Standing.AHEAD else _TONES[stands]
