"""An official's words while they are read: what was typed, and beside it the same folded for matching."""

from __future__ import annotations

import re
import unicodedata

# Characters of our verbs and synonyms in their traditional or variant forms; one to one, so that places agree.
_TRADITIONAL = dict(
    zip(
        map(
            ord,
            "轉辦詢問覆復結備註協併統計為爲麼銷幫綁單處場說給請將對號編訴確認棄報數據總匯彙錄記現絕續繼頁這個煩謝補進詳冊證內長順寬聯會簽熱點類應項驗納",
        ),
        "转办询问复复结备注协并统计为为么销帮绑单处场说给请将对号编诉确认弃报数据总汇汇录记现绝续继页这个烦谢补进详册证内长顺宽联会签热点类应项验纳",
        strict=True,
    )
)


def _fold_table() -> dict[int, str]:
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    table |= {code: char.lower() for code, char in table.items()}
    table |= {code: chr(code + 32) for code in range(0x41, 0x5B)}
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−·"), "-")
    return table | _TRADITIONAL | {0x3002: ".", 0x3001: ",", 0x3000: " "}


FOLD = _fold_table()
"""Every character as it is matched: half width, small letters, simplified; one to one, so that places agree."""

_TAIL = re.compile(r"(?:一下|了|吧|啦|啊|哦|呀|谢谢|】|」|[\s.!~,;:])*$")


class Words:
    """The text while it is read: `seen` is folded for matching, `kept` is what was typed; a place means both."""

    def __init__(self, text: str) -> None:
        self.kept = text
        self.seen = text.translate(FOLD)
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Reads what matches here, if anything does."""
        found = pattern.match(self.seen, self.at)
        if found:
            self.at = found.end()
        return found

    def rest(self) -> str:
        """What was typed from here on, without the blanks around it."""
        return self.kept[self.at :].strip()

    def done(self) -> bool:
        """Whether nothing but polite words is left."""
        return _TAIL.match(self.seen, self.at) is not None
