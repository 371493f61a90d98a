"""The journey as citizens, strangers and officials see it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from handlers.messages import MediaKind, PageVerb
from handlers.tickets import lifecycle, masking, wording
from handlers.tickets.events import Actor, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.desks import CoHandled, Returned, Supervised, Transferred
from handlers.tickets.events.filing import Amended, Filed, Shown, Supplemented
from handlers.tickets.events.grades import LookedBack, OpinionGiven, Rated
from handlers.tickets.events.joining import Merged
from handlers.tickets.events.work import Accepted, Asked, Extended, Noted, OnSite, Replied, Undone
from handlers.tickets.ticket import Attachment, Place, State
from handlers.tracking import privacy, timeline
from handlers.tracking.model import Audience, SnagKind, TrackingView
from tests.support import samples
from tests.support.samples import CITIZEN, DISPATCHER, HOUSING, START

TOWN = samples.directory()
PHOTO = Attachment(9, MediaKind.IMAGE)
JOURNEY: tuple[tuple[Happening, Actor], ...] = (
    (Accepted(), HOUSING),
    (Returned("dispatch", "不归我们管"), HOUSING),
    (Transferred("housing", "确认归住建局"), DISPATCHER),
    (Accepted(), HOUSING),
    (Noted("先看配件"), HOUSING),
    (Asked("请问您的楼号？"), HOUSING),
    (Supplemented("3栋2单元，我叫李小明"), CITIZEN),
    (Urged("孩子怕黑"), CITIZEN),
    (Extended(5, "等配件", START + timedelta(days=15)), HOUSING),
    (Supervised("五天内修好"), Actor(samples.HOUSING.by, 3, "周主任", "city")),
    (OnSite("电工在东湖路18号换灯", (PHOTO,)), HOUSING),
    (Replied("换好了，有事打13700002222找王师傅。"), HOUSING),
    (Rated(2, "太慢"), CITIZEN),
)
PRIVATE = ("13900001111", "13700002222", "3栋", "2单元", "李小明", "孩子怕黑", "太慢", "18号", "楼号", "五天内", "小林")


def view(
    *steps: tuple[Happening, Actor],
    audience: Audience = Audience.CITIZEN,
    after: timedelta = timedelta(days=1),
    **filed: object,
) -> TrackingView:
    """The view, some time after filing, of a ticket to which these steps happened hour by hour."""
    changes = samples.log(*steps, first=samples.start(**filed))
    return timeline.view(changes[-1].ticket, samples.events(changes), TOWN, START + after, audience)


def words_of(seen: TrackingView) -> str:
    """Everything the view says, as one text."""
    return msgspec.json.encode(seen).decode() + wording.progress(seen)


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("length", range(len(JOURNEY) + 1))
def test_strangers_read_nothing_personal_at_any_moment(length: int, public: bool) -> None:
    seen = words_of(view(*JOURNEY[:length], audience=Audience.STRANGER, public=public))
    assert [word for word in PRIVATE if word in seen] == []
    assert "先看配件" not in seen


def test_strangers_read_the_words_of_public_tickets_only() -> None:
    public = view(*JOURNEY, audience=Audience.STRANGER)
    private = view(*JOURNEY, audience=Audience.STRANGER, public=False)
    assert public.text == "东湖区门口的路灯坏了半个月，联系我〔电话〕"
    assert public.place == "东湖区" == private.place
    assert (private.text, private.reply, private.title) == (privacy.NOT_PUBLIC, privacy.NOT_PUBLIC, "一件投诉")
    assert (public.buttons, public.attachments) == ((), ())
    assert all(point.attachments == () for point in public.checkpoints)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我家在3栋2单元501室漏水", "我家在〔门牌〕漏水"),
        ("18号楼 2单元 301 没灯", "〔门牌〕 没灯"),
        ("十二号门口", "〔门牌〕门口"),
        ("五一路边，晚上8点后", "五一路边，晚上8点后"),
    ],
)
def test_doors_are_hidden(text: str, shown: str) -> None:
    assert masking.for_public(text, None) == shown
    assert masking.for_public("湖心亭那里" + text, Place("湖心亭")) == f"{masking.SOMEWHERE}那里{shown}"


def test_the_citizen_sees_their_own_words_but_not_the_officials_notes() -> None:
    seen = words_of(view(*JOURNEY))
    assert all(
        word in seen
        for word in ("3栋2单元", "孩子怕黑", "太慢", "请问您的楼号", "等配件", "不归我们管", "确认归住建局")
    )
    assert [word for word in ("先看配件", "五天内修好", "老张") if word in seen] == []


def test_staff_see_everything_and_who_did_it() -> None:
    seen = view(*JOURNEY, audience=Audience.STAFF)
    told = words_of(seen)
    assert all(word in told for word in ("先看配件", "五天内修好", "孩子怕黑"))
    assert seen.checkpoints[-2].unit == "市住建局 老张"
    assert seen.buttons == ()


def test_checkpoints_are_newest_first_with_unit_place_and_pictures() -> None:
    points = view(*JOURNEY).checkpoints
    assert [point.at for point in points] == sorted((point.at for point in points), reverse=True)
    on_site = next(point for point in points if point.title == "现场处理")
    assert (on_site.unit, on_site.attachments) == ("市住建局", (PHOTO,))
    assert (points[-1].title, points[-1].place, points[-1].unit) == ("已提交", "东湖路18号", "")


def test_honest_exceptions() -> None:
    seen = view(*JOURNEY[:10], after=timedelta(days=18, hours=3))
    assert [(snag.kind, snag.title, snag.detail) for snag in seen.snags] == [
        (SnagKind.LATE, "逾期 3 天", ""),
        (SnagKind.RETURNED, "退回 1 次", "市住建局（不归我们管）"),
        (SnagKind.EXTENDED, "延期 1 次", "延到4月16日（周四）09:12，原因：等配件"),
        (SnagKind.SUPERVISED, "已被督办", ""),
    ]
    assert seen.late == timedelta(days=3, hours=3)
    assert seen.next == "市住建局尽早答复您，原承诺的时间已经过了 3 天"


def test_waiting_stops_the_clock() -> None:
    seen = view(*JOURNEY[:6], after=timedelta(days=60))
    assert (seen.big, seen.late, seen.reply_by, seen.next_by) == ("等您补充", None, None, None)
    assert seen.snags[0].title == "等待您补充"
    assert seen.question == "请问您的楼号？"
    assert [button.label for button in seen.buttons] == ["回答问题", "撤回"]
    stranger = view(*JOURNEY[:6], audience=Audience.STRANGER)
    assert (stranger.big, stranger.snags[0].title, stranger.snags[0].detail) == ("等待补充", "等待市民补充", "")


def test_a_pause_does_not_forgive_what_was_late_before() -> None:
    steps = ((Accepted(), HOUSING), (Asked("哪盏？"), HOUSING))
    changes = samples.log(*steps, every=timedelta(days=5))
    assert timeline.lateness(changes[-1].ticket, START + timedelta(days=60)) == timedelta(days=2)


def test_taking_up_late_is_said() -> None:
    seen = view(after=timedelta(days=1, hours=5))
    assert [(snag.kind, snag.title) for snag in seen.snags] == [(SnagKind.LATE, "受理逾期 5 小时")]
    assert view((Accepted(), HOUSING), after=timedelta(days=2)).snags == ()


def test_an_answer_that_came_late_stays_late() -> None:
    changes = samples.log((Replied("好了"), HOUSING), every=timedelta(days=9))
    seen = timeline.view(
        changes[-1].ticket, samples.events(changes), TOWN, START + timedelta(days=99), Audience.CITIZEN
    )
    assert seen.snags[0].title == "答复晚了 1 天"
    assert seen.promised == "4月10日（周五）09:12 超过承诺的时间答复（投诉 5 个工作日内答复）"


@pytest.mark.parametrize(
    ("state", "stage", "halted", "big", "buttons"),
    [
        (State.SUBMITTED, 0, False, "已提交", "supplement urge withdraw"),
        (State.TRANSFERRED, 0, False, "转办中", "supplement urge withdraw"),
        (State.RETURNED, 0, False, "重新派单", "supplement urge withdraw"),
        (State.ACCEPTED, 1, False, "已受理", "supplement urge withdraw"),
        (State.ON_SITE, 1, False, "现场处理", "supplement urge withdraw"),
        (State.WAITING, 1, False, "等您补充", "supplement withdraw"),
        (State.REWORK, 1, False, "重新办理", "supplement urge withdraw"),
        (State.REPLIED, 2, False, "已答复", "supplement rate"),
        (State.CLOSED, 3, False, "已办结", "rate"),
        (State.WITHDRAWN, 0, True, "已撤回", ""),
        (State.REFUSED, 0, True, "不予受理", ""),
        (State.MERGED, 0, True, "已并案", ""),
    ],
)
def test_stages_and_buttons(state: State, stage: int, halted: bool, big: str, buttons: str) -> None:
    seen = view(*samples.PATHS[state])
    assert (seen.state, seen.stage, seen.halted, seen.big) == (state, stage, halted, big)
    assert " ".join(button.verb for button in seen.buttons) == buttons
    assert seen.says.endswith("。") or state is State.REFUSED


def test_no_urging_again_within_a_day() -> None:
    steps = ((Accepted(), HOUSING), (Urged(), CITIZEN))
    assert PageVerb.URGE not in {button.verb for button in view(*steps).buttons}
    assert PageVerb.URGE in {button.verb for button in view(*steps, after=timedelta(days=2)).buttons}


def test_a_step_taken_back_is_told_as_a_correction() -> None:
    changes = samples.log((Accepted(), HOUSING), (Noted("错"), HOUSING), every=timedelta(seconds=1))
    history = samples.events(changes)
    note_gone = lifecycle.undo(history, 3, HOUSING, START + timedelta(minutes=1))
    both_gone = lifecycle.undo((*history, note_gone.event), 2, HOUSING, START + timedelta(minutes=2))
    whole = (*history, note_gone.event, both_gone.event)
    points = timeline.view(both_gone.ticket, whole, TOWN, START, Audience.CITIZEN).checkpoints
    assert [(point.title, point.detail) for point in points] == [
        ("更正", "上一步「受理」有误，已经撤销"),
        ("已提交", "送到市住建局：「城乡建设」类的事归市住建局办理"),
    ]
    assert len(timeline.view(both_gone.ticket, whole, TOWN, START, Audience.STAFF).checkpoints) == 3
    assert isinstance(whole[3].what, Undone)
    assert isinstance(whole[0].what, Filed)


def test_corrections_and_helpers_are_told_in_words() -> None:
    steps = (
        (Amended(Place("五一路9号", "五一街道"), "交通运输", "求助", "may"), CITIZEN),
        (CoHandled("water"), HOUSING),
        (Shown(True, False), CITIZEN),
        (Merged("26000028"), HOUSING),
    )
    details = [point.detail for point in view(*steps).checkpoints[:-1]]
    assert details == [
        "并到 26000028 一起办理",
        "署名，不公开",
        "市水务局一起办理",
        "地点改为五一路9号，类别改为交通运输，改为求助，改由五一街道办办理",
    ]
    stranger = view(*steps, audience=Audience.STRANGER).checkpoints[:-1]
    assert [(point.title, point.detail, point.place) for point in stranger] == [
        ("并案", "", ""),
        ("协办", "市水务局一起办理", ""),
        ("市民更正", "", "五一街道"),
    ]


def test_the_promise_and_what_comes_next() -> None:
    fresh = view(after=timedelta(hours=1))
    assert fresh.promised == "承诺 4月9日（周四）09:12 前答复（投诉 5 个工作日内答复）"
    assert (fresh.next, fresh.next_by) == ("市住建局在明天（周四）09:12 前受理", samples.PROMISE.accept_by)
    taken = view((Accepted(), HOUSING), after=timedelta(hours=2))
    assert (taken.next, taken.next_by) == ("市住建局在4月9日（周四）09:12 前答复您", samples.PROMISE.reply_by)
    assert (taken.desk, taken.desk_phone) == ("市住建局", "0700-1234")


def test_a_refused_ticket_says_where_to_go() -> None:
    seen = view(*samples.PATHS[State.REFUSED])
    assert seen.says == "市住建局没有受理：属于私人院内设施。"
    assert seen.next == "可以找物业公司"


def test_progress_in_chat() -> None:
    assert wording.progress(view(*JOURNEY[:9], after=timedelta(hours=12))) == (
        "26000010　东湖路的路灯坏了半个月\n"
        "【已受理】市住建局正在办理。\n"
        "●已提交 ●已受理 ○已答复 ○已办结\n"
        "承诺 4月16日（周四）09:12 前答复（已延期，原为投诉 5 个工作日内答复）\n"
        "⚠ 退回 1 次：市住建局（不归我们管）\n"
        "⚠ 延期 1 次：延到4月16日（周四）09:12，原因：等配件\n"
        "—\n"
        "04-01 18:12 延期：改到4月16日（周四）09:12 前答复，原因：等配件\n"
        "04-01 17:12 您催办：孩子怕黑\n"
        "04-01 16:12 您补充：3栋2单元，我叫李小明\n"
        "04-01 15:12 等待补充：请问您的楼号？\n"
        "04-01 13:12 已受理\n"
        "（更早还有 4 条）\n"
        "接下来：市住建局在4月16日（周四）09:12 前答复您"
    )


def test_progress_stays_short_whatever_people_write() -> None:
    long = "很长的话" * 500
    steps = tuple(
        (what, who) for what, who in ((Accepted(), HOUSING), (Asked(long), HOUSING), (Supplemented(long), CITIZEN))
    )
    seen = view(*steps, (Replied(long), HOUSING), title=long, text=long)
    assert len(wording.progress(seen).encode()) < 1500


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        (OpinionGiven(solved=True, to_point=True, attitude=3, words="谢谢"), "解决了，答到点上，态度好，谢谢"),
        (OpinionGiven(solved=False, to_point=False, attitude=1, again=False), "没解决，没答到点上，态度不好，不用重办"),
        (OpinionGiven(attitude=2, again=True), "态度一般"),
        (OpinionGiven(words="再看看"), "再看看"),
        (LookedBack(True), "一直好着"),
        (LookedBack(False, "又不亮"), "又出问题了：又不亮"),
    ],
)
def test_what_the_citizen_thinks_is_told_in_their_words(what: Happening, detail: str) -> None:
    assert view((Replied("换好了"), HOUSING), (what, CITIZEN)).checkpoints[0].detail == detail


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        (Amended(place=Place("五一路")), "地点改为五一路"),
        (Amended(place=Place("", "东湖区"), category="交通运输"), "地点改为东湖区，类别改为交通运输"),
        (Amended(kind="求助", unit_id="water"), "改为求助，改由市水务局办理"),
        (Shown(True, False), "署名，不公开"),
        (Shown(False, True), "匿名，公开"),
    ],
)
def test_what_the_citizen_put_right_is_told(what: Happening, detail: str) -> None:
    assert view((what, CITIZEN)).checkpoints[0].detail == detail
