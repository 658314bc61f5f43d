"""Due rows to accepted and settled, beside pre-built bytes through ``aiosmtplib.sendmail`` over a pool of 16."""

import asyncio
import cProfile
import pstats
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiosmtplib
from sqlalchemy import func, select

from bench.sink import Sink, sink
from bench.synthetic import DAY, fill
from service import wiring
from service.channels.channel import FREELY, Parcel
from service.channels.registry import open_channel
from service.flows import deliver, remind
from service.flows.post import Post
from service.settings import Settings
from service.store.tables import delivery

_POOL = 16


@dataclass(frozen=True)
class Measured:
    """One run of a case."""

    seconds: float
    cpu: float


def run(letters: int, rounds: int) -> None:
    """Print messages a second and CPU seconds a thousand letters for each case, and the ratio to the floor."""
    print(f"{letters} due letters with invite, SQLite, to smtp-sink; {rounds} rounds, interleaved")
    prebuilt = _prebuilt(letters)
    print(f"a letter: {sum(map(len, (p.message for p in prebuilt))) / letters / 1024:.1f} KiB")
    cases: dict[str, Callable[[], Measured]] = {
        "aiosmtplib.sendmail, pre-built, pool of 16": lambda: _floor(prebuilt),
        "our channel, pre-built": lambda: _channel(prebuilt),
        "Duban, from due rows to settled": lambda: _duban(letters),
    }
    measured: dict[str, list[Measured]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            measured[name].append(case())
    floors = measured["aiosmtplib.sendmail, pre-built, pool of 16"]
    for name, results in measured.items():
        rates = [letters / result.seconds for result in results]
        ratios = [floor.seconds / result.seconds for floor, result in zip(floors, results, strict=True)]
        cpu = [result.cpu / letters * 1000 for result in results]
        print(
            f"{name:<45} {statistics.median(rates):7.0f} msg/s ({min(rates):.0f} to {max(rates):.0f})  "
            f"CPU {statistics.median(cpu):.2f} s/1,000  x floor {statistics.median(ratios):.2f}"
        )
    _each_arrived_once(min(letters, 1000))
    _where_time_goes(letters)


def _timed(work: Callable[[], None]) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Measured(time.perf_counter() - wall, time.process_time() - cpu)


def _prebuilt(letters: int) -> list[Parcel]:
    """The letters as Duban writes them, kept by a channel that carries nothing; every Message-ID is another."""
    kept: list[Parcel] = []

    class Keeping:
        name = "email"
        pace = FREELY
        at_once = 50

        def carry(self, parcels):  # type: ignore[no-untyped-def]
            from service.domain.delivery import Sent

            for parcel in parcels:
                kept.append(parcel)
                yield parcel, Sent()

        def check(self) -> str:
            return ""

        def close(self) -> None:
            return None

    with tempfile.TemporaryDirectory() as folder, _house(Path(folder), "maildir:" + folder + "/m") as house:
        fill(house, letters)
        remind.scan(house.desk, DAY)
        counts = deliver.deliver_waiting(house.desk, Post((Keeping(),)), DAY)
    assert counts["sent"] == letters == len({parcel.message_id for parcel in kept}), counts
    return kept


def _house(folder: Path, mail_url: str):  # type: ignore[no-untyped-def]
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder}/bench.db",
        mail_url=mail_url,
        secret_key="bench-key-that-is-long-enough",
        flood_letters=0,
    )
    return wiring.opened(settings)


def _floor(parcels: list[Parcel]) -> Measured:
    async def send_all(port: int) -> None:
        waiting = iter(parcels)

        async def one() -> None:
            client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
            await client.connect()
            for parcel in waiting:
                await client.sendmail(parcel.sender, [parcel.recipient], parcel.message)
            await client.quit()

        await asyncio.gather(*(one() for _ in range(_POOL)))

    with tempfile.TemporaryDirectory() as folder, sink(Path(folder)) as far:
        measured = _timed(lambda: asyncio.run(send_all(far.port)))
        _all_received(far, len(parcels))
    return measured


def _channel(parcels: list[Parcel]) -> Measured:
    with tempfile.TemporaryDirectory() as folder, sink(Path(folder)) as far:
        channel = open_channel(f"smtp://127.0.0.1:{far.port}?starttls=never")
        measured = _timed(lambda: [None for _ in channel.carry(parcels)] and None)
        channel.close()
        _all_received(far, len(parcels))
    return measured


def _duban(letters: int, profile: cProfile.Profile | None = None) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with sink(folder) as far, _house(folder, f"smtp://127.0.0.1:{far.port}?starttls=never") as house:
            fill(house, letters)
            remind.scan(house.desk, DAY)
            if profile:
                profile.enable()
            measured = _timed(lambda: _sent(house, letters))
            if profile:
                profile.disable()
            with house.engine.begin() as connection:
                settled = connection.scalar(select(func.count()).where(delivery.c.state == "sent"))
            assert settled == letters, settled
            house.post.close()
            _all_received(far, letters)
    return measured


def _each_arrived_once(letters: int) -> None:
    """In a run that is not timed, the far end keeps what it takes: as many Message-IDs as letters."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            sink(folder, keep=True) as far,
            _house(folder, f"smtp://127.0.0.1:{far.port}?starttls=never") as house,
        ):
            fill(house, letters)
            remind.scan(house.desk, DAY)
            _sent(house, letters)
            house.post.close()
            _all_received(far, letters)
            ids = re.findall(rb"(?mi)^Message-ID: (<.*?>)", far.kept())
    assert len(ids) == len(set(ids)) == letters, (len(ids), len(set(ids)))
    print(f"{letters} letters kept by the far end: {len(set(ids))} distinct Message-IDs")


def _sent(house: wiring.House, letters: int) -> None:
    counts = deliver.deliver_waiting(house.desk, house.post, DAY)
    assert counts["sent"] == letters, counts


def _all_received(far: Sink, letters: int) -> None:
    for _ in range(100):
        if far.received() >= letters:
            break
        time.sleep(0.05)
    assert far.received() == letters, far.received()


def _where_time_goes(letters: int) -> None:
    """The caller's thread in one profiled run, by package; the wire's own thread is not in it."""
    profile = cProfile.Profile()
    _duban(letters, profile)
    stats = pstats.Stats(profile)
    spent: dict[str, float] = {}
    for (file, _line, function), (_calls, _primitive, own, _all, _callers) in stats.stats.items():  # type: ignore[attr-defined]
        spent[_place(file, function)] = spent.get(_place(file, function), 0.0) + own
    total = sum(spent.values())
    print("where the time of the delivering thread goes (profiled, so slower than above):")
    for place, seconds in sorted(spent.items(), key=lambda pair: -pair[1])[:10]:
        print(f"  {seconds / total:5.1%}  {place}")


def _place(file: str, function: str) -> str:
    if found := re.search(r"site-packages/([^/]+)", file):
        return found[1]
    if found := re.search(r"/(service/\w+)", file):
        return found[1]
    return function if file == "~" and "acquire" in function else "python"
