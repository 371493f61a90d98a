"""Cleaning what people type, in two strengths.

`clean` makes text fit to keep and to show: no control or invisible characters, no broken Unicode, tidy whitespace.
`fold` makes text fit to be matched: also half width, lower case and simplified. Spans found in folded text are carried back to the
text that was given by `Folded.span`, so that every substring we report is exact.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from nlp.text.traditional import SIMPLIFIED

LIMIT = 4000
"""Characters kept of one message: twice the longest message that the platform delivers."""

# Soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width and bidirectional marks, word joiners, BOM,
# interlinear annotation and tag characters: invisible, and used to hide words from filters (Unicode 16, category Cf).
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_FILLERS = (0x115F, 0x1160, 0x3164, 0xFFA0)  # Hangul fillers: letters that look like nothing
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_SURROGATE = "\ud800-\udfff"
_DROPPED = re.compile(f"[{_INVISIBLE}{_CONTROL}{_SURROGATE}]")
_FOLDED_AWAY = re.compile(f"[{_INVISIBLE}{_CONTROL}{_SURROGATE}\ufe00-\ufe0f]")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*\n ?| ?\n ?")
_WIDE_ALPHANUMERIC = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum()}


# How Cantonese, Wu and northern speakers write what all understand: one character for one. Whole words are in
# `data/cues.txt`, [spoken/…].
_DIALECT = str.maketrans(
    "冇俺侬恁咗嘅喺佢哋啲嚟睇揾攞俾咁乜嘢嗰瞓攰",
    "没我你你了的在他们些来看找拿给这啥事那睡累",
)


def _fold_table() -> dict[int, int]:
    """One character to one character: compatibility forms of one character (NFKC), and ASCII lower case."""
    table = {upper: upper + 32 for upper in range(0x41, 0x5B)} | dict.fromkeys(_FILLERS, 0x20)
    blocks = ((0x2460, 0x2474), (0x2F00, 0x2FE0), (0x3000, 0x3001), (0xF900, 0xFB00), (0xFF01, 0xFFEF))
    for first, after in blocks:
        for code in range(first, after):
            plain = unicodedata.normalize("NFKC", chr(code)).lower()
            if len(plain) == 1 and ord(plain) != code and code not in _FILLERS:
                table[code] = ord(plain)
    return SIMPLIFIED | table | _DIALECT


_FOLD = _fold_table()


class Folded(Struct, frozen=True):
    """Text ready for matching. `offsets[i]` is the place of character i in the given text; None when places agree."""

    text: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the given text that [start, end) of the folded text came from. The span must not be empty."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Half width, lower case, simplified, nothing invisible. Punctuation of full width becomes half width as well."""
    if (text.isprintable() and "\ufe0f" not in text) or _FOLDED_AWAY.search(text) is None:
        return Folded(text.translate(_FOLD))
    kept = [(place, char) for place, char in enumerate(text) if _FOLDED_AWAY.match(char) is None]
    joined = "".join(char for _, char in kept)
    return Folded(joined.translate(_FOLD), tuple(place for place, _ in kept))


def clean(text: str, limit: int = LIMIT) -> str:
    """Text fit to keep and show: at most `limit` characters, line breaks kept (never two empty lines), ends trimmed.

    Letters and digits of full width become half width; Chinese punctuation stays as it was typed.
    """
    plain = text[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    plain = plain.replace("\u2028", "\n").replace("\u2029", "\n\n")
    plain = _DROPPED.sub("", plain).translate(_WIDE_ALPHANUMERIC)
    plain = _BLANKS.sub(" ", plain)
    plain = _BREAKS.sub(lambda found: "\n\n" if found.group().count("\n") > 1 else "\n", plain).strip()
    return plain[:limit].rstrip()
