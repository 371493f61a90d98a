"""A small town and tickets in it, for tests of the rules. All names and texts are invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from handlers.calendar.zone import SHANGHAI
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory, Level, Role, Route, Staff, Unit
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import (
    CardColour,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Owed,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    Urged,
    UrgeIgnored,
)
from handlers.tickets.events.desks import CoHandled, Reclassified, Recused, Returned, Ruled, Supervised, Transferred
from handlers.tickets.events.filing import Amended, Filed, Sealed, Shown, Supplemented, Withdrawn
from handlers.tickets.events.grades import (
    Appealed,
    Decided,
    Informed,
    LookedBack,
    OpinionGiven,
    Rated,
    RatingLapsed,
    Revisited,
)
from handlers.tickets.events.joining import (
    Absorbed,
    Added,
    Alone,
    Backed,
    Followed,
    Gathered,
    Joined,
    Merged,
    Parted,
    Raised,
)
from handlers.tickets.events.work import (
    Accepted,
    Asked,
    CalledBack,
    Closed,
    Extended,
    Noted,
    OnSite,
    Refusal,
    Reopened,
    Replied,
)
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import What
from handlers.tickets.ticket import Place, Promise, Standing, State, Taken, Ticket
from nlp.understand import Understanding

CITIZEN_PERSON = 7
HOUR = timedelta(hours=1)
START = datetime(2026, 4, 1, 9, 12, tzinfo=SHANGHAI)
PROMISE = Promise(START + timedelta(days=1), START + timedelta(days=8), "投诉 5 个工作日内答复")

CITIZEN = Actor(By.CITIZEN, CITIZEN_PERSON, "小林")
DISPATCHER = Actor(By.STAFF, 1, "小丁", "dispatch")
HOUSING = Actor(By.STAFF, 2, "老张", "housing")
CLOCK = Actor(By.CLOCK)
SYSTEM = Actor(By.SYSTEM)
ACTORS = {By.CITIZEN: CITIZEN, By.STAFF: HOUSING, By.CLOCK: CLOCK, By.SYSTEM: SYSTEM}

UNITS = (
    Unit("city", "江城市政府", Level.CITY, None, "江城市"),
    Unit("dispatch", "市派单台", Level.CITY, "city"),
    Unit("housing", "市住建局", Level.CITY, "city", phone="0700-1234"),
    Unit("water", "市水务局", Level.CITY, "city"),
    Unit("lake", "东湖区政府", Level.COUNTY, "city", "东湖区"),
    Unit("lake-city", "东湖区城管局", Level.COUNTY, "lake"),
    Unit("may", "五一街道办", Level.STREET, "lake", "五一街道"),
    Unit("pine", "松林社区", Level.COMMUNITY, "may", "松林社区"),
)
STAFF = (
    Staff(1, "dispatch", Role.DISPATCHER, "小丁", 101),
    Staff(2, "housing", Role.HANDLER, "老张", 102),
    Staff(3, "city", Role.SUPERVISOR, "周主任", 103),
    Staff(4, "water", Role.DISPATCHER, "小水", 104),
    Staff(5, "lake-city", Role.HANDLER, "小城", None),
    Staff(6, "may", Role.LEADER, "吴书记", 106),
    Staff(7, "housing", Role.HANDLER, "小李", 107),
)
ROUTES = (
    Route("housing", "城乡建设"),
    Route("lake-city", "城乡建设", "东湖区"),
    Route("may", "", "五一街道"),
    Route("may", "", "五一街道", ("路灯", "井盖")),
    Route("water", words=("停水", "漏水")),
    Route("gone", "交通运输"),
)


def directory(staff: Iterable[Staff] = STAFF) -> Directory:
    """The town's directory."""
    return Directory(UNITS, staff, ROUTES, "dispatch")


def context(now: datetime = START, staff: Iterable[Staff] = STAFF) -> Context:
    """A world in which ids count up."""
    ids = count(1000)
    return Context(
        now=now,
        directory=directory(staff),
        reader=TextReader(understand=_no_reader),
        fresh=Fresh(id=lambda: next(ids), serial=lambda: next(ids), token=lambda: "token", code=lambda: "123456"),
        links=Links(citizen=lambda token: f"https://town.example/t/{token}"),
        lookups=Lookups(hash_invite=str),
    )


def _no_reader(text: str) -> Understanding:
    raise AssertionError("the rules of tickets read no text")


def filed(**changes: object) -> Filed:
    """A plain complaint on the housing office's desk."""
    given: dict[str, object] = {
        "number": "26000010",
        "token": "token",
        "code": "123456",
        "person_id": CITIZEN_PERSON,
        "kind": "投诉",
        "category": "城乡建设",
        "subcategory": None,
        "title": "东湖路的路灯坏了半个月",
        "text": "东湖路18号门口的路灯坏了半个月，联系我13900001111",
        "place": Place("东湖路18号", "东湖区"),
        "urgent": False,
        "leader": None,
        "named": False,
        "public": True,
        "unit_id": "housing",
        "routed": "「城乡建设」类的事归市住建局办理",
        "promise": PROMISE,
    }
    return Filed(**(given | changes))  # type: ignore[arg-type]


def start(**changes: object) -> Change:
    """A ticket just filed at START."""
    return lifecycle.start(5, filed(**changes), CITIZEN, START)


STANDING = Standing(State.ACCEPTED, "housing", PROMISE, accepted_at=START)
"""Where a ticket stands that others follow."""

SAMPLES: dict[What, Happening] = {
    Filed: filed(),
    Accepted: Accepted(),
    Transferred: Transferred("water", "水务的事"),
    Returned: Returned("dispatch", "不归我们管。"),
    Asked: Asked("请问是哪一盏灯？"),
    Supplemented: Supplemented("门口左边那盏"),
    Amended: Amended(place=Place("五一路", "五一街道")),
    OnSite: OnSite("师傅已到现场"),
    Extended: Extended(5, "等配件", START + timedelta(days=30)),
    Replied: Replied("换了新灯。"),
    Closed: Closed("已经修好。"),
    Refusal: Refusal("属于私人院内设施。", "物业公司"),
    Withdrawn: Withdrawn("自己修好了"),
    Reopened: Reopened("没修好", Promise(START + timedelta(days=20), START + timedelta(days=25), "重办")),
    Noted: Noted("配件已订"),
    Reclassified: Reclassified("交通运输", "城乡建设"),
    CoHandled: CoHandled("water"),
    Supervised: Supervised("本周内解决"),
    Merged: Merged("26000028"),
    Absorbed: Absorbed(
        "26000028",
        (Taken("26000028", "路灯坏了", "昨晚有人摔倒了"),),
        urgent=True,
        promise=Promise(START + timedelta(hours=2), START + timedelta(hours=24), "紧急"),
    ),
    Urged: Urged("什么时候修？"),
    Rated: Rated(4, "挺好"),
    Shown: Shown(True, False),
    Sealed: Sealed("informant", danger=True),
    Joined: Joined(99, "26000028", 3, STANDING),
    Backed: Backed("26000028", "我们这边也不亮"),
    Added: Added("26000028", "又灭了一盏"),
    Parted: Parted("26000028"),
    Alone: Alone("housing", PROMISE),
    Raised: Raised("26000028", 4),
    Gathered: Gathered("26000028", 4),
    Recused: Recused(("water",), "housing"),
    Followed: Followed(4, Replied("换了新灯。"), STANDING),
    Reminded: Reminded(Owed.REPLY, PROMISE.reply_by),
    Carded: Carded(CardColour.YELLOW, PROMISE.reply_by),
    Uncarded: Uncarded(CardColour.YELLOW, "系统停机期间"),
    ChaseNoticeIssued: ChaseNoticeIssued("催〔2026〕0001号", PROMISE.reply_by),
    Resumed: Resumed(START + timedelta(days=15)),
    Shortened: Shortened(START + timedelta(days=3), 12, "10 人以上一起推动的，3 个工作日内答复"),
    UrgeAnswered: UrgeAnswered("周五前换好", START + timedelta(days=4)),
    UrgeIgnored: UrgeIgnored(START + timedelta(days=2)),
    Ruled: Ruled("water", "管线归水务"),
    CommitmentKept: CommitmentKept(1, "已经加装"),
    CommitmentBroken: CommitmentBroken(1, START + timedelta(days=9)),
    CalledBack: CalledBack("电话里说好周五再看"),
    OpinionGiven: OpinionGiven(solved=False, words="还是不亮"),
    Appealed: Appealed("评的是另一件事"),
    Decided: Decided(True, "评的就是这件事"),
    RatingLapsed: RatingLapsed(),
    Revisited: Revisited(START + timedelta(days=40)),
    LookedBack: LookedBack(True),
    Informed: Informed("整〔2026〕3号", "路灯线路全部更换"),
}
"""One of each kind of event that `apply` takes, and Filed."""

PATHS: dict[State, tuple[tuple[Happening, Actor], ...]] = {
    State.SUBMITTED: (),
    State.TRANSFERRED: ((Transferred("lake-city"), DISPATCHER),),
    State.RETURNED: ((SAMPLES[Returned], HOUSING),),
    State.ACCEPTED: ((Accepted(), HOUSING),),
    State.ON_SITE: ((SAMPLES[OnSite], HOUSING),),
    State.WAITING: ((Accepted(), HOUSING), (SAMPLES[Asked], HOUSING)),
    State.REWORK: ((SAMPLES[Replied], HOUSING), (SAMPLES[Reopened], CITIZEN)),
    State.REPLIED: ((SAMPLES[Replied], HOUSING),),
    State.CLOSED: ((SAMPLES[Closed], HOUSING),),
    State.WITHDRAWN: ((SAMPLES[Withdrawn], CITIZEN),),
    State.REFUSED: ((SAMPLES[Refusal], HOUSING),),
    State.MERGED: ((SAMPLES[Merged], HOUSING),),
}
"""How a ticket comes into each state."""


def log(*steps: tuple[Happening, Actor], every: timedelta = HOUR, first: Change | None = None) -> list[Change]:
    """The changes of a ticket filed at START (`first`, if it is not the plain one) to which these steps happened, one every so often."""
    changes_so_far = [first or start()]
    for number, (what, actor) in enumerate(steps, 1):
        changes_so_far.append(lifecycle.apply(changes_so_far[-1].ticket, what, actor, START + number * every))
    return changes_so_far


def events(changes: Iterable[Change]) -> tuple[Event, ...]:
    """Their events alone."""
    return tuple(change.event for change in changes)


def ticket_in(state: State) -> Ticket:
    """A ticket in this state."""
    return log(*PATHS[state])[-1].ticket


# How events are stored: the fields of each by its tag, as `tests.support.stored` prints them.
_STATE = "submitted/transferred/returned/accepted/on_site/waiting/rework/replied/closed/withdrawn/refused/merged"
_FILES = "[{id: int, kind: image/voice/video}]"
_PROMISE = '{accept_by: datetime, reply_by: datetime, rule: str, in_hours: bool = false, remind_at: datetime | none = null, ladder: [int] = [], edition: str = ""}'
_PLACE = '{text: str, area: str = "", latitude: float | none = null, longitude: float | none = null}'
_VOWS = "[{text: str, by: datetime, reminded: bool = false, kept_at: datetime | none = null, broken_at: datetime | none = null}]"
_TIMING = "{on_time: bool, fair: bool, seconds: int}"
_STANDING = f'{{state: {_STATE}, unit_id: str, promise: {_PROMISE}, reason: str = "", waiting_since: datetime | none = null, paused_in: {_STATE} | none = null, co_units: [str] = [], returns: int = 0, transfers: int = 0, asks: int = 0, extensions: int = 0, reworks: int = 0, supervised: bool = false, accepted_at: datetime | none = null, reply: str = "", replied_at: datetime | none = null, closed_at: datetime | none = null, rating: int | none = null, cards: {{yellow_at: datetime | none = null, red_at: datetime | none = null, withdrawn: [str] = [], notice: str = "", notice_at: datetime | none = null}} = {{}}}}'

STORED: dict[str, str] = {
    "filed": f'number: str, token: str, code: str, person_id: int, kind: str, category: str, subcategory: str | none, title: str, text: str, place: {_PLACE} | none, urgent: bool, leader: str | none, named: bool, public: bool, unit_id: str, routed: str, promise: {_PROMISE}, keywords: [str] = [], attachments: {_FILES} = [], called: str = "", accused: [str] | none = null, sealed: str = "", danger: bool = false',
    "accepted": "",
    "transferred": 'unit_id: str, reason: str = ""',
    "returned": "unit_id: str, reason: str, rule_by: datetime | none = null",
    "asked": "question: str, until: datetime | none = null",
    "supplemented": f'text: str = "", attachments: {_FILES} = [], place: {_PLACE} | none = null, reply_by: datetime | none = null, remind_at: datetime | none = null, back: int | none = null',
    "amended": f"place: {_PLACE} | none = null, category: str | none = null, kind: str | none = null, unit_id: str | none = null, title: str | none = null",
    "on_site": f"text: str, attachments: {_FILES} = []",
    "extended": "days: int, reason: str, reply_by: datetime, remind_at: datetime | none = null",
    "replied": f'text: str, attachments: {_FILES} = [], score: int | none = null, anyway: str = "", vows: {_VOWS} = [], timing: {_TIMING} | none = null, rate_by: datetime | none = null',
    "closed": f'text: str = "", vows: {_VOWS} = [], timing: {_TIMING} | none = null, rate_by: datetime | none = null, revisit_at: datetime | none = null',
    "refused": 'reason: str, instead: str = ""',
    "withdrawn": 'reason: str = ""',
    "reopened": f"reason: str, promise: {_PROMISE}, unit_id: str | none = null",
    "noted": f"text: str, attachments: {_FILES} = []",
    "reclassified": 'category: str, before: str = ""',
    "co_handled": "unit_id: str",
    "supervised": "opinion: str",
    "merged": "into: str",
    "absorbed": f'number: str = "", words: [{{number: str, title: str, text: str}}] = [], urgent: bool = false, place: {_PLACE} | none = null, attachments: {_FILES} = [], promise: {_PROMISE} | none = null, urges: int = 0, answer_by: datetime | none = null, supervised: bool = false, accused: [str] | none = null, sealed: str = "", danger: bool = false',
    "urged": 'words: str = "", answer_by: datetime | none = null',
    "rated": 'score: int, words: str = "", redo_by: datetime | none = null, revisit_at: datetime | none = null',
    "shown": 'named: bool, public: bool, called: str = ""',
    "sealed": 'sort: str = "", danger: bool = false',
    "undone": 'seq: int, reason: str = ""',
    "joined": f"into: int, number: str, seq: int, standing: {_STANDING}",
    "backed": f'number: str, text: str = "", attachments: {_FILES} = []',
    "added": f'number: str, text: str = "", attachments: {_FILES} = [], urged: bool = false',
    "parted": "number: str",
    "alone": f"unit_id: str, promise: {_PROMISE}",
    "raised": f"after: str, crowd: int, state: {_STATE} | none = null, reply_by: datetime | none = null, remind_at: datetime | none = null, back: int | none = null",
    "gathered": "after: str, crowd: int",
    "recused": "units: [str], unit_id: str | none = null",
    "followed": f"seq: int, what: one of <absorbed> <accepted> <amended> <asked> <carded> <closed> <co_handled> <extended> <ignored> <informed> <noticed> <on_site> <recused> <refused> <reopened> <replied> <resumed> <returned> <ruled> <sealed> <shortened> <stated> <supervised> <supplemented> <transferred> <uncarded> <undone> <vow_broken> <vow_kept>, standing: {_STANDING}",
    "carded": 'colour: yellow/red, due: datetime, rule: str = "", raised: bool = false',
    "uncarded": "colour: yellow/red, reason: str",
    "noticed": "notice: str, due: datetime",
    "resumed": "reply_by: datetime, remind_at: datetime | none = null, back: int | none = null",
    "shortened": "reply_by: datetime, crowd: int, rule: str, remind_at: datetime | none = null",
    "stated": "text: str, by: datetime",
    "ignored": "due: datetime, raised: bool = false",
    "ruled": "unit_id: str, reason: str",
    "vow_kept": 'vow: int, text: str = ""',
    "vow_broken": "vow: int, due: datetime, raised: bool = false",
    "informed": "item: str, text: str, done: bool = false, quiet: bool = false, rate_by: datetime | none = null",
    "reminded": "owed: accept/reply/ruling/vow, due: datetime, raised: bool = false",
    "called_back": "text: str",
    "opined": 'solved: bool | none = null, to_point: bool | none = null, attitude: int | none = null, words: str = "", again: bool | none = null, redo_by: datetime | none = null',
    "appealed": "reason: str",
    "decided": "stands: bool, reason: str",
    "silent": "",
    "revisited": "until: datetime",
    "looked_back": 'fine: bool, words: str = ""',
}
"""A stored log is read for ever: a tag, a field, its type or its default never changes. A new event adds its line here."""
