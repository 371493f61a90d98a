"""Administrative divisions: from a name in a message to the code of a province, city, county or street.

Codes are those of the National Bureau of Statistics: 2 digits a province, 4 a city, 6 a county, 9 a street or town.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nlp.text.lexicon import DATA

DIVISIONS = DATA / "divisions.txt"

# Names that are everyday words ("城区", "郊区"), and the filler nodes of the statistics bureau.
_EVERYDAY = frozenset(
    {
        "市辖区",
        "县",
        "城区",
        "郊区",
        "矿区",
        "省直辖县级行政区划",
        "自治区直辖县级行政区划",
        "市区",
        "新区",
        "东区",
        "西区",
        "南区",
        "北区",
        "开发区",
        "工业园区",
    }
)
_SHORT_ENDINGS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "地区", "盟")
_COUNTY_ENDINGS = ("新区", "区", "县", "市")
_COUNTY, _PROVINCE_DIGITS, _CITY_DIGITS = 2, 2, 4
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Beijing, Tianjin, Shanghai and Chongqing: provinces that are one city."""
_MOST_GUESSES = 3
_SMALLEST_STREET_NAME = 3
_SMALLEST_SHORT_NAME = 2


class Divisions:
    """Names to codes. A name shared by several divisions has several codes."""

    def __init__(self, codes: dict[str, list[str]], local: frozenset[str] = frozenset()) -> None:
        """Take the table as it is. `local` are the short names of counties that only who lives there uses."""
        self._codes = codes
        self.local = local

    @classmethod
    def read(cls, path: Path, home: str = "") -> Divisions:
        """Read `divisions.txt`; about 15 ms. Counties of the city `home` (a code) are known by their short names too.

        Elsewhere they are not: 和平, 光明 and 朝阳 are counties and everyday words, 岳麓 is a county to who lives beside it.
        """
        codes: dict[str, list[str]] = {}
        local: set[str] = set()
        city = _city(home)
        above = ["", "", "", ""]
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            depth = len(line) - len(line.lstrip())
            own, name, *streets = line.split()
            code = above[depth] + own
            above[depth + 1] = code
            if name not in _EVERYDAY:
                codes.setdefault(name, []).append(code)
            at_home = depth == _COUNTY and bool(city) and code.startswith(city)
            for short in _short(name, _COUNTY_ENDINGS if at_home else _SHORT_ENDINGS) if depth <= 1 or at_home else ():
                codes.setdefault(short, []).append(code)
                if at_home:
                    local.add(short)
            for street in streets:
                if len(street) >= 3 + _SMALLEST_STREET_NAME and street[3:] not in _EVERYDAY:
                    codes.setdefault(street[3:], []).append(code + street[:3])
        return cls(codes, frozenset(local))

    def names(self) -> Iterable[str]:
        """Every known name."""
        return self._codes

    def __contains__(self, name: str) -> bool:
        """Whether this is a division's name."""
        return name in self._codes

    def written(self, name: str) -> str:
        """The code of a division written with those it lies in, 湖南省长沙市 or 吉林省长春市朝阳区.

        Raises ValueError, in words, for what is none and for what several are called.
        """
        codes = self._below(name, "")
        if not codes:
            raise ValueError(f"{name} is no administrative division: write it as 湖南省长沙市")
        if len(codes) > 1:
            raise ValueError(f"{len(codes)} divisions are called {name}: write the province and city before it")
        return codes.pop()

    def _below(self, name: str, around: str) -> set[str]:
        """Codes inside `around` of what is left of a name once the divisions before it are read."""
        if not name:
            return {around}
        return {
            code
            for end in range(_SMALLEST_SHORT_NAME, len(name) + 1)
            for step in self._codes.get(name[:end], ())
            if step.startswith(around) and step != around
            for code in self._below(name[end:], step)
        }

    def resolve(self, name: str, others: Iterable[str], home: str) -> str | None:
        """The code meant by `name` in a message that also names `others`, written to a service of the region `home`.

        None when the name is unknown, or shared and nothing in the message or in `home` (a code, may be empty) decides.
        """
        codes = self._codes.get(name, [])
        if len(codes) <= 1:
            return codes[0] if codes else None
        for known in (*(code for other in others if other != name for code in self._codes.get(other, ())), home):
            inside = [code for code in codes if code.startswith(known)] if known else []
            if len(inside) == 1:
                return inside[0]
        widest = min(codes, key=len)
        return widest if all(code.startswith(widest) for code in codes) else None

    def guesses(self, name: str, home: str) -> tuple[str, ...]:
        """The two or three divisions that a shared name may mean: those at `home` if there are any, else all."""
        codes = self._codes.get(name, [])
        near = [code for code in codes if code.startswith(_city(home) or home)] if home else []
        may_be = near or codes
        return tuple(may_be) if 2 <= len(may_be) <= _MOST_GUESSES else ()


def _city(home: str) -> str:
    """The code of the city in which the home region lies; "" for none and for a whole province."""
    if home[:_PROVINCE_DIGITS] in _MUNICIPALITIES:
        return home[:_PROVINCE_DIGITS]
    return home[:_CITY_DIGITS] if len(home) >= _CITY_DIGITS else ""


def region_code(name: str) -> str:
    """The code of a region as an operator writes it, "" for none. Raises ValueError as `Divisions.written` does."""
    return Divisions.read(DIVISIONS).written(name) if name else ""


def _short(name: str, endings: tuple[str, ...]) -> list[str]:
    """How people say a province, a city or a county of their own: 湖南, 长沙, 广西, 岳麓."""
    for ending in endings:
        short = name.removesuffix(ending)
        if short != name:
            return [short] if len(short) >= _SMALLEST_SHORT_NAME else []
    return []
