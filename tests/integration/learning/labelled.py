"""Labelled messages of our own invention, made from templates: three matters that everybody knows, and one only this town has."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from nlp.training.corpus import groups, row

STREETS = [
    f"{first}{last}" for first in "春夏秋冬梅兰竹菊松柏" for last in ("晓路", "园街", "江巷", "山道", "溪弄", "湖岸")
]
MATTERS: dict[str, tuple[str, str]] = {
    "城乡建设": ("{0}的路灯不亮", "{0}的路灯已经坏了好几天，晚上走路看不见，请派人修一修"),
    "教育文体": ("{0}小学报名的事", "想问{0}小学一年级报名要什么材料，学区是怎么划分的"),
    "环境保护": ("{0}的厂子冒黑烟", "{0}那边的厂子每到半夜就排废气，味道刺鼻，窗户不敢开"),
    "民政": ("{0}祈灯匣没有人续牌", "{0}巷尾的祈灯匣换了守匣人以后，牌子一直没有续，香位也乱了"),
}


def write(path: Path, named: Callable[[str, bool], str] = lambda label, _held: label) -> Path:
    """The CSV file. `named` may give another label, told whether the message is one of those held out."""
    rows = [
        (label, title.format(street), f"{body.format(street)}。")
        for street in STREETS
        for label, (title, body) in MATTERS.items()
    ]
    held = [number % 10 == 0 for number in groups(row(f"{title}\n{body}", "").text for _, title, body in rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("label", "title", "detail"))
        lines.writerows(
            (named(label, away), title, body) for (label, title, body), away in zip(rows, held, strict=True)
        )
    return path
