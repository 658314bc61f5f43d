"""The trace of a date as a column."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator

from service.domain.periods import Rule, Step
from service.domain.workdays import Reading

_Trace = tuple[Step, ...]


class Trace(TypeDecorator[_Trace]):
    """The steps of a count, as JSON. A list gives many factories the same dates, so what was read last is kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: _Trace | None, dialect: Dialect) -> str | None:
        return None if value is None else _written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> _Trace | None:
        return None if value is None else _read(value)


@lru_cache(maxsize=1024)
def _written(trace: _Trace) -> str:
    return json.dumps([_step_written(step) for step in trace], ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def _read(written: str) -> _Trace:
    return tuple(_step_read(step) for step in json.loads(written))


def _step_written(step: Step) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "input": step.input,
        "output": step.output,
        "law": step.law,
        "clamped": step.clamped,
        "forecast": step.forecast,
        "said": step.said,
        "passed": [
            {"day": str(day.day), "working": day.working, "name": day.name, "forecast": day.forecast}
            for day in step.passed
        ],
    }


def _step_read(written: Mapping[str, Any]) -> Step:
    passed = tuple(
        Reading(date.fromisoformat(day["day"]), day["working"], day["name"], day["forecast"])
        for day in written["passed"]
    )
    return Step(
        rule=Rule(written["rule"]),
        input=written["input"],
        output=written["output"],
        law=written["law"],
        passed=passed,
        clamped=written["clamped"],
        forecast=written["forecast"],
        said=written.get("said", ""),  # not there in what the first schema's program wrote
    )
