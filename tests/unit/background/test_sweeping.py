"""What a crash left half-written goes; what is being written, and what is not ours, stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.background.sweeping import AGE, Sweeper

HOUR = AGE.total_seconds()
LEFT = (
    "spool/0a1b.4f3e2d1c.part",
    "media/ab/abcdef.00112233.part",
    "pictures/ab/abcdef.thumb.jpg.4711.part",
    "secret_key.0011aabb.part",
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def written(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    return path


@pytest.mark.parametrize("name", LEFT)
def test_what_was_left_is_removed_after_an_hour_of_rest(name: str, tmp_path: Path, clock: Clock) -> None:
    path, sweeper = written(tmp_path, name), Sweeper(tmp_path, clock)
    assert sweeper.sweep() == 0
    clock.now += HOUR - 1
    assert sweeper.sweep() == 0
    assert path.exists()
    clock.now += 1
    assert sweeper.sweep() == 1
    assert not path.exists()
    assert sweeper.sweep() == 0


def test_what_is_being_written_stays_however_long_it_takes(tmp_path: Path, clock: Clock) -> None:
    path, sweeper = written(tmp_path, LEFT[0]), Sweeper(tmp_path, clock)
    for _ in range(5):
        assert sweeper.sweep() == 0
        clock.now += HOUR
        path.write_bytes(path.read_bytes() + b"more")
    assert path.exists()


def test_the_age_on_the_disk_counts_for_nothing(tmp_path: Path, clock: Clock) -> None:
    """Ten days are between a file and the machine's clock the moment somebody sets it."""
    path = written(tmp_path, LEFT[0])
    assert Sweeper(tmp_path, clock).sweep() == 0
    assert path.exists()


@pytest.mark.parametrize(
    "name", ["spool/0a1b.json", "spool/0a1b.bad", "notes.part", "media/ab/abcdef", "x.PART", "my.film.part"]
)
def test_nothing_else_is_touched(name: str, tmp_path: Path, clock: Clock) -> None:
    path, sweeper = written(tmp_path, name), Sweeper(tmp_path, clock)
    sweeper.sweep()
    clock.now += 10 * HOUR
    assert sweeper.sweep() == 0
    assert path.exists()


def test_a_folder_that_is_not_there_has_nothing_left(tmp_path: Path, clock: Clock) -> None:
    assert Sweeper(tmp_path / "none", clock).sweep() == 0
