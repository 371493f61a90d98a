"""The table of jobs: which process runs which, and that rows and deeds belong together."""

from __future__ import annotations

from datetime import datetime

import pytest

from scheduler.jobs import EVERYTHING, TABLE, Deed, ServicePart, Where, jobs


async def nothing(_: datetime) -> None:
    """A deed without work."""


DEEDS = {row.name: nothing for row in TABLE}
OF = {where: {row.name for row in TABLE if row.where is where} for where in Where}


def names(*parts: ServicePart) -> set[str]:
    return {job.name for job in jobs(frozenset(parts), DEEDS)}


def test_each_part_runs_its_own_jobs() -> None:
    always = OF[Where.EVERYWHERE]
    assert names(ServicePart.WORKER) == always | OF[Where.NO_SCHEDULER]
    assert names(ServicePart.WEB) == always | OF[Where.WEB] | OF[Where.NO_SCHEDULER]
    assert names(ServicePart.SCHEDULER) == always | OF[Where.ALONE]
    assert names(*EVERYTHING) == always | OF[Where.WEB] | OF[Where.ALONE]


def test_what_one_process_does_for_all_needs_the_lease() -> None:
    alone = {job.name: job.alone for job in jobs(EVERYTHING, DEEDS)}
    assert {name for name, value in alone.items() if value} == OF[Where.ALONE]
    assert all(OF.values())


def test_a_row_says_what_it_is_for_and_has_a_name_of_its_own() -> None:
    assert all(row.what and row.every for row in TABLE)
    assert len(DEEDS) == len(TABLE)


@pytest.mark.parametrize("wrong", [DEEDS | {"dance": nothing}, dict.fromkeys(list(DEEDS)[1:], nothing)])
def test_a_row_without_a_deed_and_a_deed_without_a_row_stop_the_start(wrong: dict[str, Deed]) -> None:
    with pytest.raises(ValueError, match=r"dance|directory"):
        jobs(EVERYTHING, wrong)
