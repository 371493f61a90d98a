"""What officials put right is exported as the training command reads it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.background.corrections import export
from bot.cli.corrections import print_units
from handlers.directory.directory import Role
from handlers.tickets import numbers
from nlp.training.corpus import read_corrections
from tests.integration.service.stage import APPEAL, CHEN, WANG, Stage


async def test_a_category_and_a_unit_put_right(stage: Stage, tmp_path: Path) -> None:
    await stage.bind(CHEN, "dispatch", Role.DISPATCHER)
    (number,) = set(numbers.find(await stage.say(WANG, APPEAL)))
    assert "类别改为「交通运输」" in await stage.say(CHEN, f"改类 {number} 交通")
    assert "已把" in await stage.say(CHEN, f"转办 {number} 交通局 路灯归交通局")
    file = tmp_path / "corrections.jsonl"
    assert await export(stage.parts.process.engine, file) == 2
    category, unit = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    assert (category["text"], category["category"]) == (APPEAL, "交通运输")
    assert "交通" in unit["unit"]
    assert "category" not in unit
    assert unit["about"] == "交通运输"
    (row,) = read_corrections(file, 3.0)
    assert (row.given, row.label) == (APPEAL, "交通运输")


async def test_the_list_for_who_edits_the_routing_table(stage: Stage) -> None:
    said: list[str] = []
    await print_units(stage.parts.process.engine, said.append)
    assert said == ["还没有人改派过"]
    await stage.bind(CHEN, "dispatch", Role.DISPATCHER)
    (number,) = set(numbers.find(await stage.say(WANG, APPEAL)))
    await stage.say(CHEN, f"转办 {number} 交通局 路灯归交通局")
    said.clear()
    await print_units(stage.parts.process.engine, said.append)
    (line,) = said
    assert line.startswith("1 件  城乡建设 × ")
    assert "路灯" in line
    assert line.endswith("县交通运输局（原来派给县城市管理局）")
