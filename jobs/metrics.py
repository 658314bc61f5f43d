"""The measures for Prometheus, on a port of their own. Every process tells the same: all of it is read from the record.

Nobody is named: labels are stages, states, jobs and invariants.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from service.channels.listening import endpoint
from service.domain.delivery import State
from service.domain.errors import RequestRefused
from service.flows.desk import Desk
from service.flows.measures import Measures, taken
from service.store import measures
from service.store.database import reading

_log = structlog.get_logger()
_FRESH_SECONDS = 5.0
_WAIT_SECONDS = 10.0
_SETTLED = timedelta(minutes=5)
_CLASSES = ("2xx", "4xx", "5xx", "no_answer", "unknown")
_HOUR = 3600.0
_BUCKETS = (60.0, 300.0, 900.0, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR, 72 * _HOUR, 168 * _HOUR)


@contextmanager
def served(address: str, desk: Desk, today: Callable[[], date]) -> Iterator[None]:
    """Answer scrapes at ``host:port``, if one is given. Raises RequestRefused where nothing can listen there."""
    if not address:
        yield
        return
    registry = CollectorRegistry()
    registry.register(Told(desk, today))
    host, port = endpoint(address)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as failure:
        raise RequestRefused(
            f"DUBAN_METRICS_ADDRESS：无法在 {host}:{port} 上监听：{failure.strerror}",
            f"DUBAN_METRICS_ADDRESS: nothing can listen at {host}:{port}: {failure.strerror}",
        ) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Told(Collector):
    """The measures as metrics; scrapes within a few seconds are told the same, so that many cost what one does."""

    def __init__(self, desk: Desk, today: Callable[[], date]) -> None:
        self._desk = desk
        self._today = today
        self._answers = _Answers(desk)
        self._lock = Lock()
        self._told: list[Metric] = []
        self._fresh_until = 0.0

    def collect(self) -> Iterator[Metric]:
        """The metrics; where the database cannot be read, only that Duban is not up."""
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            yield _up(False)
            return
        try:
            if monotonic() >= self._fresh_until:
                self._told = self._read()
                self._fresh_until = monotonic() + _FRESH_SECONDS
            yield from self._told
        finally:
            self._lock.release()

    def _read(self) -> list[Metric]:
        try:
            found = taken(self._desk, self._today())
            return [_up(True), *_of_letters(found), *_of_work(found), _of_relays(self._answers.counted())]
        except Exception as failure:  # a scrape is told that it failed, and never breaks what runs beside it
            _log.warning("measures_not_taken", failure=type(failure).__name__)
            return [_up(False)]


class _Answers:
    """Counts the relays' answers since this process began. Each scrape reads only what is new.

    Numbers are given before the commit, so that a lower one may show later than a higher one: what is younger than
    five minutes is counted anew each time.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._settled: int | None = None
        self._counts = Counter(dict.fromkeys(_CLASSES, 0))

    def counted(self) -> Mapping[str, int]:
        with reading(self._desk.engine) as connection:
            before = self._desk.clock() - _SETTLED
            if self._settled is None:
                self._settled = measures.last_attempt_before(connection, before, 0)
            until = measures.last_attempt_before(connection, before, self._settled)
            self._counts.update(measures.answers(connection, self._settled, until))
            self._settled = until
            return Counter(self._counts) + measures.answers(connection, until)


def _up(up: bool) -> Metric:
    return GaugeMetricFamily("duban_up", "Whether the measures can be read from the database.", float(up))


def _of_letters(found: Measures) -> Iterator[Metric]:
    lateness = GaugeHistogramMetricFamily(
        "duban_reminder_lateness_seconds",
        "Of the reminders sent within 24 hours, how long after the first scan of their stage's day each went.",
        labels=["stage"],
    )
    for stage, late in sorted(found.lateness.items()):
        below = [(str(bound), sum(count for each, count in late.items() if each <= bound)) for bound in _BUCKETS]
        whole = sum(each * count for each, count in late.items())
        lateness.add_metric([stage], [*below, ("+Inf", sum(late.values()))], whole)
    yield lateness
    yield _by("duban_backlog", "Letters that wait, by state.", "state", found.waiting)
    yield _by("duban_undelivered", "Letters that failed for good, by state.", "state", found.undelivered)
    yield _one("duban_overdue", "Letters that could have been carried an hour ago and still wait.", found.overdue)
    oldest = found.oldest_unsent or timedelta()
    yield _one("duban_oldest_unsent_seconds", "Since the oldest waiting letter was planned.", oldest.total_seconds())
    yield _one("duban_quarantined", "Letters held until a person decides.", found.waiting[State.HELD])
    waiting = found.for_a_person
    yield _one("duban_returned_for_a_person", "Returned mail that waits for a person.", waiting)
    if found.canary is not None:
        took = found.canary.total_seconds()
        yield _one("duban_canary_lateness_seconds", "From sending the letter to ourselves until it came, or now.", took)


def _of_work(found: Measures) -> Iterator[Metric]:
    yield _one("duban_scan_at_capacity", "Whether more is due than may be called at once.", found.at_capacity)
    last_good = {job: moment.timestamp() for job, moment in found.last_good.items()}
    yield _by("duban_last_good_run_timestamp_seconds", "When the last good run of a job began.", "job", last_good)
    yield _by("duban_invariants_broken", "What breaks each invariant, at most 1000.", "invariant", found.broken)
    yield _one("duban_relay_resting", "Mail relays that get no letters at present.", found.relays_resting)
    until = found.announced_until
    yield _one("duban_holidays_announced_until", "The last year whose rest days are announced.", until)


def _of_relays(counts: Mapping[str, int]) -> Metric:
    answers = CounterMetricFamily(
        "duban_relay_answers", "Attempts by the relay's answer, since this process began.", labels=["class"]
    )
    for name in _CLASSES:
        answers.add_metric([name], counts.get(name, 0))
    return answers


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, float(value))


def _by(name: str, words: str, label: str, values: Mapping[Any, float]) -> Metric:
    metric = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        metric.add_metric([str(key)], float(value))
    return metric
