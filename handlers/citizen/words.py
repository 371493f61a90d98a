"""What a citizen's words ask of us: the wishes of `nlp.wishes`, plus the answers that only our own questions and taps bring.

Nothing is decided here. A long message is an appeal unless it begins like a command: looking closer would cost time and
could only misread it. The account's menu stands here too: a tap on one of its buttons means words, as if they were typed.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from handlers.tickets import numbers
from nlp.text.normalize import fold
from nlp.wishes import Wish, wants

COMMAND_LENGTH = 40
"""Characters: a longer message is only a command when it begins with one of `_STARTS`."""

_STARTS = ("补充", "追加", "催办", "催", "评价", "评分", "打分", "撤回", "撤销", "我要补充", "我补充", "再补充", "另报")


class DialogueWish(StrEnum):
    """Wishes that exist only in this dialogue."""

    CONTINUE = "continue"
    APART = "apart"
    TOGETHER = "together"
    ONLY_NEW = "only_new"
    ANEW = "anew"
    LOOK_UP = "look_up"
    SHOW = "show"
    SETTINGS = "settings"
    REDO = "redo"
    ALONE = "alone"
    WHY = "why"
    WELL = "well"
    BROKEN = "broken"
    JOIN_SURE = "join_sure"
    NOT_JOIN = "not_join"
    SURE = "sure"
    KEEP = "keep"
    REGRADE = "regrade"
    KEEP_GRADE = "keep_grade"
    DROP = "drop"


class Request(Struct, frozen=True):
    """One message as a wish. `text` are all its words, `rest` those that belong to the wish.

    `number` is as typed (may be wrong), `code` a query code, `named` and `public` the showing asked for. `mentions` are numbers
    anywhere in the words: the wish is about that one of them which is the person's own (`which.settled`); `numberless` is what
    the words ask of it, None where that is the same. `again`: the grade takes back an earlier one.
    """

    wish: Wish | DialogueWish
    text: str
    number: str | None = None
    rest: str = ""
    score: int | None = None
    code: str | None = None
    named: bool | None = None
    public: bool | None = None
    mentions: tuple[str, ...] = ()
    numberless: Request | None = None
    again: bool = False

    @property
    def bare(self) -> bool:
        """A bare wish to report something ("我要投诉"), without the thing itself."""
        return self.wish is Wish.FILE and not self.rest


_TAP_WORDS: dict[DialogueWish, str] = {
    DialogueWish.CONTINUE: "继续 接着报 接着说 继续报 继续吧",
    DialogueWish.APART: "分开报 分开 分开办 分别报 都报 两件都报 都要报",
    DialogueWish.TOGETHER: "一起报 一起 合在一起 合成一件 是同一件 同一件 同一件事 一件事",
    DialogueWish.ONLY_NEW: "只报新的 报新的 只报后面的",
    DialogueWish.REDO: "没解决 没有解决 问题没解决 没解决重新办 没解决重办 重办 重新办 还是没解决 根本没解决",
    DialogueWish.SETTINGS: "公开设置 匿名与公开 匿名公开设置 署名设置",
    DialogueWish.WELL: "一直好着 一直好 一直很好 没有反弹 没反弹 现在还好 还好着 一直好着呢",
    DialogueWish.DROP: "上次的不要了 上次那件不要了",
    DialogueWish.KEEP_GRADE: "不改 不改了 别改 先不改",
    DialogueWish.BROKEN: "又坏了 又反弹了 反弹了 又出问题了 又这样了 又犯了",
}
_TAPS: dict[str, DialogueWish] = {word: tap for tap, words in _TAP_WORDS.items() for word in words.split()}

_SHOWN_WORDS: dict[tuple[bool, bool], str] = {
    (False, False): "匿名不公开 不公开匿名",
    (False, True): "匿名公开 公开匿名",
    (True, True): "署名公开 实名公开 公开署名 公开实名",
    (True, False): "署名不公开 实名不公开 不公开署名 不公开实名",
}
_SHOWN: dict[str, tuple[bool, bool]] = {word: shown for shown, words in _SHOWN_WORDS.items() for word in words.split()}
"""Words of the four ways to be shown: under a name or not, readable by everybody or not."""

_WISHED_SHOWN: dict[Wish, tuple[bool | None, bool | None]] = {
    Wish.PUBLISH: (None, True),
    Wish.UNPUBLISH: (None, False),
    Wish.ANONYMOUS: (False, None),
    Wish.NAMED: (True, None),
}

_NOT_WORDS = re.compile(r"[\s,.!?、。，！？~～:：;；…·]+")
_TOKENS = re.compile(r"[0-9a-z-]+")
_CODE = re.compile(r"\d{6}")
_DIGIT = re.compile(r"\d")
_RATHER = re.compile(r"^(?:应该)?是(?P<right>[^,，。不]{2,12})[,，\s]*(?:而)?不是[^,，。]{2,12}[。.!！]?$")
_ANEW = re.compile(r"^另报[\s:：,，]*(?P<rest>.+)$", re.DOTALL)
_ALONE = re.compile(r"(?:我?(?:要|想|还是)?单独(?:报|办|办理|反映)|退出附议|不?一起推动了)(?P<number>\d{8,12})?")
_JOIN = re.compile(r"我?(?:要|也)?(?:附议|一起推动|加入)")
# Fullmatch: 期限是怎么算的 | 为什么是这一天 | 我的答复时间怎么定的呢
# Not: 为什么停水
_WHY = re.compile(
    r"(?:为何|(?:请问|问一下)?(?:我的|我这件事?|这件事?|它的)?(?:答复|办理|回复)?的?(?:期限|日期|时间|时限|截止时间|截止日期)是?(?:怎么|咋|如何|按什么|凭什么)"
    r"(?:算|定|来|计算)(?:出来)?的?|(?:为什么|为啥|为何|怎么|凭什么)(?:会)?(?:是|定在?|要到|要等到|到)(?:这|那)(?:一天|天|个?日子|个?时间|个?日期|个?期限))"
    r"(?:才?答复)?(?:呢|啊|呀|吗|的)?"
)
_NUMBER = re.compile(r"\d{8,12}")
_REDO = re.compile(r"^(?:还是|根本|一直)?没有?解决[,，:：。!！\s]+\S")
# Fullmatch: 还没人修 | 怎么还没处理 | 一直没人管呢
# Not: 路灯还没人修
_STILL_NOTHING = re.compile(
    r"(?:这?都|到现在|怎么|为什么|为啥|咋)*(?:还|一直|还是|依然|仍然)?(?:没有?|不)(?:见)?(?:有)?"
    r"(?:人?(?:来|去|过来)?(?:修|管|弄|搞|清理|处理|解决|维修)(?:好|完|过)?|人(?:过)?来|来人)(?:呢|啊|呀|吗|了|吧)?"
)
"""Nothing but "why has nobody mended it yet": no matter is named, so it can only be the one told before."""
# Fullmatch: 不用处理了 | 不用修了,已经好了 | 别来了
# Not: 不用车了
_NO_NEED = re.compile(
    r"(?:不用|不必|不需要|别)(?:再|你们|麻烦你们)?(?:办|处理|管|修|来|弄|查|跟进)(?:理)?(?:了|啦|吧)*(?:[\s,，。.!！;；]+(?P<rest>.{1,20}))?"
)
"""The matter has settled itself: 撤回, with the reason."""
_SURE = re.compile(r"(?P<no>不)?(?:确认)?(?:撤回|撤)(?:了|吧)?(?:[\s,，:：]+(?P<rest>.{1,30}))?")
# Fullmatch: 改评 | 确认改评3 等了太久 | 不改评
# Not: 评价3
_REGRADE = re.compile(
    r"(?P<no>不)?(?:确认)?改评(?:[\s,，:：]*(?P<score>[1-5])分?(?:[\s,，:：]+(?P<rest>.{1,200}))?)?", re.DOTALL
)
# Fullmatch: 附议 | 确认附议 202511030001 | 不附议
# Not: 大家附议
_SURE_JOIN = re.compile(r"(?P<no>不)?(?:确认)?附议(?:[\s,，:：]*(?P<number>\d{8,12})(?:[\s,，:：]+(?P<code>\d{6}))?)?")
"""What the taps say below the question whether to join a numbered ticket."""
# Fullmatch: 评价改成3分 | 打错了,应该是5 | 改成满意
# Not: 地址改成3号
_REGRADED = re.compile(
    r"(?:我?(?:刚才|刚刚|想|要|把){0,3}(?:的)?(?:评价|评分|打分|分数|分|星级|评)(?:的|得)?(?:打|评|点|给|按|选|写)?(?:错|低|高)?(?:了|啦)?[,，。:：]?(?:重新)?"
    r"(?:应该|应当|想|要)?(?:改|换|调)?(?:成|为|到|是|给)|(?:我?(?:刚才|刚刚)?)?(?:打|评|点|给|按|选|写)(?:错|低|高)(?:分|评价)?(?:了|啦)?[,，。:：]?(?:应该|应当|要)?(?:改)?(?:成|为|到|是|给)"
    r"|(?P<bare>(?:改|换)(?:成|为|到)))(?P<grade>[1-5一二两三四五](?:分|星|颗星)?|[^\d,，。]{0,2}满意|基本满意|一般|差评|好评)(?:吧|啊|呀|了|才对)?"
)
"""A grade in the words of somebody who takes back an earlier one: "评价改成3分", "打错了，应该是5"."""
# Fullmatch: 我评错了 | 重新评价 | 分打错了
# Not: 地址写错了
_REGRADE_WISH = re.compile(
    r"我?(?:刚才|刚刚|想|要){0,3}(?:(?:给|打|评)错(?:了)?(?:分|评价)?(?:了)?|(?:分|评价|评分)(?:给|打|评|点)?错了?|(?:改|换|重新)(?:一下|个)?(?:评价|评分|打分|分数)|评价(?:要)?改一下)(?:吧|啊|呀|了)?"
)
# Search: 这件不公开 | 刚才报的那个撤回 | 上次那件事
# Not: 路灯这件事
_THIS_ONE = re.compile(
    r"^(?:(?:刚才|刚刚|上面|上次|前面)(?:报|说|那|这)?的?(?:那|这)?(?:一)?(?:个|件|条)?|[这那上](?:一)?(?:个|件|条))(?:事情|事)?(?:就|先|请)?"
)
"""Words that point at what was spoken of last."""
# Search: 两件都公开 | 第二个撤回 | 全部不公开
# Not: 我的两件
_ALL_ONES = re.compile(
    r"^(?:(?:这)?[两二三几](?:个|件|条)|全部?|都|所有的?|第[一二三四五1-5](?:个|件|条)|另(?:外)?(?:一)?(?:个|件|条)|其他的?)(?:事情|事)?(?:都|就|先|也|请){0,3}"
)
"""Words that point at one of several, or all of them: which, only the person knows."""
_SHOWS = frozenset({Wish.PUBLISH, Wish.UNPUBLISH, Wish.ANONYMOUS, Wish.NAMED})
_POINTED = _SHOWS | {Wish.WITHDRAW, Wish.CANCEL, Wish.TRACK}
# Fullmatch: 不要了 | 报错了,不算 | 我发错了
# Not: 不要停水
_UNWANTED = re.compile(
    r"(?:我?(?:报|发|写|弄|搞|填|说)错了?[,，。\s]{0,3})?(?:也|就)?(?:不要|不算|不作数|作废|不报|不办)(?:了|啦|吧){0,3}"
    r"|我?(?:报|发|弄|搞|填)错了?(?:了|啦)?"
)
"""What is said of an appeal that was a mistake."""
# Fullmatch: 算了,不报了 | 还是算了吧 不想说了
# Not: 算了
_GIVES_UP = re.compile(
    r"(?:还是)?算了(?:吧|啦)?[,，。\s]{0,3}(?:我|先|就|也){0,2}不(?:想)?(?:报|要|办|弄|搞|说|用|管|提交|投诉|反映)(?:了|啦|吧){0,2}"
)
"""Whoever lets it be, in two breaths."""
_PLURAL = re.compile(r"^(?:[和与跟及、,，\s]|以及|还有|[这那]?[两几](?:个|件)|把|将|都|全部?|一起){1,6}")
"""What stands between several numbers and what is asked of them."""
_FILLER = re.compile(r"^(?:(?:请|麻烦)?(?:帮我|给我|替我|我要|我想)?(?:把|将)|关于|我的|我那|这件|那件|这个|那个)\s*")
_WORD = re.compile(r"[a-zA-Z\d\u3400-\u9fff]")
_ADDS = frozenset({Wish.SUPPLEMENT, Wish.URGE, Wish.WITHDRAW})
_ACTS = frozenset(
    {
        Wish.TRACK, Wish.SUPPLEMENT, Wish.URGE, Wish.RATE, Wish.JOIN, Wish.WITHDRAW, Wish.CORRECT, DialogueWish.SHOW,
        DialogueWish.REDO, DialogueWish.ALONE, DialogueWish.WHY, DialogueWish.WELL, DialogueWish.BROKEN, DialogueWish.SURE, DialogueWish.KEEP, DialogueWish.REGRADE,
        DialogueWish.KEEP_GRADE, DialogueWish.JOIN_SURE, DialogueWish.NOT_JOIN,
    }
)  # fmt: skip
"""What is asked of one ticket: with a wrong number it is asked of none."""
_BESIDE_A_NUMBER: dict[Wish | DialogueWish, Wish | DialogueWish] = {
    Wish.CANCEL: Wish.WITHDRAW,
    Wish.LIST_MINE: Wish.TRACK,
    Wish.GREET: Wish.TRACK,
    Wish.THANKS: Wish.TRACK,
    Wish.CHAT: Wish.TRACK,
    Wish.EMPTY: Wish.TRACK,
    Wish.HELP: Wish.TRACK,
    DialogueWish.SETTINGS: Wish.TRACK,
    DialogueWish.CONTINUE: Wish.TRACK,
    DialogueWish.APART: DialogueWish.ALONE,
    DialogueWish.TOGETHER: Wish.JOIN,
}
"""What some wishes mean when a ticket is named with them."""
NAMED_LENGTH = 120
"""Characters of a message in which a number, or a query code, is looked for; a longer one tells a story that may quote one."""
_TRACK_WORDS = 6
_LOOK_UP_WORDS = 12
"""Characters besides number and code in "请查一下编号…查询码…"; more words than that tell a story of their own."""


def read(text: str) -> Request:
    """The wish of these words; never raises.

    A written number always wins: what the other words ask is asked of that ticket.
    """
    text = text.strip()
    said = _plain(text)
    if said.wish in (DialogueWish.LOOK_UP, DialogueWish.ANEW) or said.code is not None or len(text) > NAMED_LENGTH:
        return said
    named = numbers.cut(text)
    if not named.numbers:
        return said if named.wrong is None else _mistyped(said, named)
    asked = _about_number(text, named)
    if _stands_with(named, asked):
        return replace(asked, number=named.numbers[0], mentions=named.numbers)
    if said.number in named.numbers:
        tells = said.wish is Wish.TRACK and asked.wish is Wish.FILE
        return replace(said, mentions=named.numbers, numberless=asked if tells else None)
    return replace(said, number=None, mentions=named.numbers, numberless=asked)


def acts_on_ticket(said: Request) -> bool:
    """Whether the words ask for something to be done to one ticket, and name it by a number that may be right."""
    acts = said.wish in _ACTS and said.wish is not Wish.TRACK
    return acts and said.number is not None and bool(numbers.find(said.number))


def _plain(text: str) -> Request:
    """The wish of the words, whatever numbers stand among them."""
    if len(text) > COMMAND_LENGTH and not text.startswith(_STARTS):
        return Request(Wish.FILE, text, rest=text)
    ours = _ours(text)
    if ours is not None:
        return ours
    want = wants(text)
    if want.wish is Wish.CORRECT or (want.wish is Wish.FILE and want.rest):
        again = _regraded(text)
        if again is not None:
            return again
    if want.wish is Wish.FILE and want.rest:
        return _look_up(text) or _pointed(text) or Request(Wish.FILE, text, rest=text)
    named, public = _WISHED_SHOWN.get(want.wish, (None, None))
    if named is not None or public is not None:
        return Request(DialogueWish.SHOW, text, want.number, named=named, public=public)
    if want.number is not None and want.wish in _ADDS and not _like_ours(want.number):
        # "补充 1000元没退": an amount, and part of what is added.
        return Request(want.wish, text, rest=text[max(text.find(want.number), 0) :], score=want.score)
    return Request(want.wish, text, want.number, want.rest, want.score)


def _about_number(text: str, named: numbers.Named) -> Request:
    """What the words beside the number ask of its ticket; a number alone asks how it stands."""
    if not named.words or not _WORD.search(named.words):
        return Request(Wish.TRACK, text)
    words = _FILLER.sub("", named.words)
    said = _plain(_PLURAL.sub("", words) if len(named.numbers) > 1 else words)
    wish = _BESIDE_A_NUMBER.get(said.wish, said.wish)
    rest = said.text if wish in (DialogueWish.REDO, Wish.FILE) else said.rest
    return replace(said, wish=wish, text=text, rest=rest)


def _stands_with(named: numbers.Named, asked: Request) -> bool:
    """Whether the number stands where a command has it: first, or right behind the verb."""
    before = _FILLER.sub("", named.before)
    if not before:
        return asked.wish is not Wish.FILE
    verb = _plain(before)
    return verb.wish is not Wish.FILE and not verb.rest and _BESIDE_A_NUMBER.get(verb.wish, verb.wish) is asked.wish


def _mistyped(said: Request, named: numbers.Named) -> Request:
    """A wrong number where a command has one; digits anywhere else are a telephone's, or an amount."""
    asked = _about_number(said.text, named)
    if asked.wish in _ACTS and _stands_with(named, asked):
        return replace(asked, number=named.wrong)
    tells = asked.wish is Wish.FILE and said.wish is Wish.TRACK and bool(named.before)
    return Request(Wish.FILE, said.text, rest=said.text) if tells else said


def _like_ours(given: str) -> bool:
    return bool(numbers.find(given)) or numbers.mistyped(given) is not None


def _ours(text: str) -> Request | None:
    """The answers to our own questions, "是甲不是乙", and 另报."""
    plain = _NOT_WORDS.sub("", text)
    tap = _TAPS.get(plain)
    if tap is not None:
        return Request(tap, text)
    shown = _SHOWN.get(plain)
    if shown is not None:
        return Request(DialogueWish.SHOW, text, named=shown[0], public=shown[1])
    rather = _RATHER.match(text)
    if rather:
        return Request(Wish.CORRECT, text, rest=rather["right"])
    sure = _surely(text)
    if sure is not None:
        return sure
    needless = _NO_NEED.fullmatch(text)
    if needless is not None:
        return Request(Wish.WITHDRAW, text, rest=(needless["rest"] or "").strip())
    if _STILL_NOTHING.fullmatch(plain):
        return Request(Wish.URGE, text)
    if _REDO.match(text):
        return Request(DialogueWish.REDO, text, next(iter(numbers.find(text)), None))
    if _WHY.fullmatch(_NUMBER.sub("", plain)):
        return Request(DialogueWish.WHY, text, next(iter(numbers.find(text)), None))
    looked = _TAPS.get(_NUMBER.sub("", plain))
    if looked in (DialogueWish.WELL, DialogueWish.BROKEN):
        return Request(looked, text, next(iter(numbers.find(text)), None))
    alone = _ALONE.fullmatch(plain)
    if alone is not None:
        return Request(DialogueWish.ALONE, text, alone["number"])
    anew = _ANEW.match(text)
    return Request(DialogueWish.ANEW, text, rest=anew["rest"].strip()) if anew else None


def _regraded(text: str) -> Request | None:
    """A grade taken back, with the new one or without."""
    plain = fold(text).text.strip(" ,.!。~")
    grade = _REGRADED.fullmatch(plain)
    if grade is not None:
        want = wants(f"评价 {grade['grade']}")
        bare = grade["bare"] is not None and len(grade["grade"]) == 1
        known = want.score is not None and not bare
        return Request(Wish.RATE, text, score=want.score, again=True) if known else None
    return Request(Wish.RATE, text, again=True) if _REGRADE_WISH.fullmatch(plain) else None


def _pointed(text: str) -> Request | None:
    """A command that points at what was told before, 这个不公开: of what was spoken of last, or of one that we have to ask for."""
    plain = text.strip(" ,，.。!！~")
    if _GIVES_UP.fullmatch(plain):
        return Request(Wish.CANCEL, text)
    this = _THIS_ONE.sub("", plain, count=1)
    one = _ALL_ONES.sub("", this, count=1)
    if one == plain or not one:
        return None
    if _UNWANTED.fullmatch(one):
        return Request(Wish.CANCEL, text)
    wish = wants(one).wish
    if wish not in _POINTED:
        return None
    if one != this:
        return Request(DialogueWish.SETTINGS if wish in _SHOWS else Wish.LIST_MINE, text)
    named, public = _WISHED_SHOWN.get(wish, (None, None))
    return Request(DialogueWish.SHOW if wish in _SHOWS else wish, text, named=named, public=public)


def _surely(text: str) -> Request | None:
    """What our taps say below a question that wants a yes: 确认撤回, 改评, 确认附议 and their contraries."""
    sure = _SURE.fullmatch(text)
    if sure is not None and (sure["no"] or text.startswith("确认")):
        return Request(DialogueWish.KEEP if sure["no"] else DialogueWish.SURE, text, rest=(sure["rest"] or "").strip())
    joins = _SURE_JOIN.fullmatch(fold(text).text)
    if joins is not None and (joins["no"] or text.startswith("确认")):
        return Request(
            DialogueWish.NOT_JOIN if joins["no"] else DialogueWish.JOIN_SURE, text, joins["number"], code=joins["code"]
        )
    again = _REGRADE.fullmatch(text)
    if again is None:
        return None
    score = int(again["score"]) if again["score"] else None
    return Request(
        DialogueWish.KEEP_GRADE if again["no"] else DialogueWish.REGRADE, text, rest=again["rest"] or "", score=score
    )


def _look_up(text: str) -> Request | None:
    """A ticket's number, spaced as they like, and the query code that opens it to those who did not file it."""
    if len(text) > NAMED_LENGTH or _DIGIT.search(text) is None:
        return None
    plain = fold(text).text
    tokens = _TOKENS.findall(plain)
    words = len(_NOT_WORDS.sub("", _TOKENS.sub("", plain)))
    if len(tokens) > 5 or words > _LOOK_UP_WORDS:
        return None
    found = numbers.find(plain)
    number = found[0] if found else next((token for token in tokens if numbers.mistyped(token)), None)
    if number is None:
        return None
    code = next((token for token in reversed(tokens) if token != number and _CODE.fullmatch(token)), None)
    if _JOIN.match(plain) and code is not None:
        return Request(Wish.JOIN, text, number, code=code)
    if code is not None:
        return Request(DialogueWish.LOOK_UP, text, number, code=code)
    return Request(Wish.TRACK, text, number) if words <= _TRACK_WORDS else None


class MenuAction(StrEnum):
    """What the phone does when a button is pressed."""

    TELL = "tell"
    PICTURE = "picture"
    POINT = "point"


class MenuButton(Struct, frozen=True):
    """One line of a column. `says` is what its tap means, as if the person had typed it."""

    key: str
    name: str
    says: str
    press: MenuAction = MenuAction.TELL


class MenuColumn(Struct, frozen=True):
    """One of the three words at the foot of the chat."""

    name: str
    buttons: tuple[MenuButton, ...]


# Limits of the platform: three columns of five, a column's name ≤ 16 bytes, a button's ≤ 60, a key ≤ 128.
MENU: tuple[MenuColumn, ...] = (
    MenuColumn(
        "我要说",
        (
            MenuButton("file", "说件事", "我要反映"),
            MenuButton("photo", "拍照片", "", MenuAction.PICTURE),
            MenuButton("place", "发位置", "", MenuAction.POINT),
            MenuButton("supplement", "补充刚才的事", "补充"),
        ),
    ),
    MenuColumn(
        "查进度",
        (
            MenuButton("track", "到哪一步了", "进度"),
            MenuButton("mine", "我说过的事", "我的"),
            MenuButton("urge", "催一催", "催办"),
            MenuButton("rate", "评一评", "评价"),
        ),
    ),
    MenuColumn(
        "帮帮我",
        (
            MenuButton("help", "怎么用", "帮助"),
            MenuButton("showing", "匿名与公开", "公开设置"),
            MenuButton("human", "找真人", "人工"),
        ),
    ),
)

MENU_SAYS: dict[str, str] = {button.key: button.says for column in MENU for button in column.buttons}
"""What a click on each key says; a key that is not here belongs to an older menu."""
