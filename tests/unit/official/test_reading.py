"""待办, 查看, 为何, 统计, 排行, 帮助, binding, and everything that is not words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.citizen.words import MENU_SAYS
from handlers.deadlines import deadlines
from handlers.directory.directory import Role
from handlers.messages import (
    Body,
    Channel,
    Click,
    Follow,
    Incoming,
    Link,
    Location,
    Media,
    MediaKind,
    Silent,
    Text,
    Unfollow,
)
from handlers.official import room
from handlers.official.command import EXAMPLE_NUMBER
from handlers.official.commands.todo import PAGE
from handlers.official.manual import manual
from handlers.official.spec import SPEC
from handlers.official.talk import OfficialTalk
from handlers.rankings.figures import Figures
from handlers.rankings.order import FLOOR
from handlers.tickets.events import By
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.desks import CoHandled, Returned, Supervised, Transferred
from handlers.tickets.events.filing import Supplemented
from handlers.tickets.events.work import Accepted, Asked, Closed, Noted, OnSite, Reopened, Replied
from handlers.tickets.ticket import Attachment
from tests.support.bureau import CITIZEN, MONDAY, Bureau, late


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


class TestTodo:
    """待办 is sorted by what is due first."""

    def test_the_order(self, bureau: Bureau) -> None:
        soon = bureau.ticket(Accepted(), kind="咨询")
        later = bureau.ticket(Accepted())
        overdue = bureau.ticket(Accepted())
        bureau.tickets[overdue.id] = late(overdue, MONDAY)
        waiting = bureau.ticket(Asked("在哪一段？"))
        bureau.tickets[waiting.id] = late(waiting, MONDAY)
        fresh = bureau.ticket()
        bureau.ticket(Replied("已修好"))
        bureau.later(days=1, hours=-1)
        said = bureau.official().say("待办")
        in_order = sorted((overdue, fresh, soon, later, waiting), key=lambda ticket: said.index(ticket.number))
        assert in_order == [overdue, fresh, soon, later, waiting]
        assert said.startswith("待办 5 件，逾期 1 件")
        assert "已逾期 23 小时" in said
        assert "今天 18:00 前受理" in said
        assert "明天（周三）18:00 前答复" in said
        assert "等市民补充" in said

    def test_marks(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Supervised("快办"))
        bureau.happens(ticket, Urged("快"), By.CITIZEN, CITIZEN)
        assert "【督】【催1】" in bureau.official().say("待办")

    def test_pages(self, bureau: Bureau) -> None:
        tickets = [bureau.ticket() for _ in range(PAGE + 1)]
        official = bureau.official()
        first = official.say("待办")
        assert "第 1/2 页" in first
        second = official.tap("更多")
        assert tickets[-1].number in second
        assert tickets[-1].number not in first
        assert "一共 2 页" in official.say("更多")
        assert official.say("待办 2") == second

    def test_an_empty_desk(self, bureau: Bureau) -> None:
        official = bureau.official(unit="water")
        bureau.ticket()
        assert "没有待办" in official.say("待办")
        assert "没有待办" in official.say("更多")

    @pytest.mark.parametrize(
        ("role", "unit", "sees"),
        [
            (Role.HANDLER, "roads", False),
            (Role.LEADER, "roads", True),
            (Role.SUPERVISOR, "county", True),
            (Role.SUPERVISOR, "other", False),
            (Role.DISPATCHER, "dispatch", False),
        ],
    )
    def test_those_above_see_the_desks_below(self, bureau: Bureau, role: Role, unit: str, sees: bool) -> None:
        ticket = bureau.ticket(unit="team")
        assert (ticket.number in bureau.official(role, unit).say("待办")) is sees


class TestShow:
    """查看 holds what an official needs, as far as they may know it."""

    def test_everything(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Accepted(), CoHandled("water"), Noted("已约物业"), Asked("灯杆编号？"))
        bureau.happens(ticket, Supplemented("编号 12"), By.CITIZEN, CITIZEN)
        said = bureau.official().say(f"查看 {ticket.number}")
        for part in (
            ticket.number, "投诉", "城乡建设", "已受理", "县城市管理局", "县水务局", "11月30日（周一）18:00 前答复",
            ticket.promise.rule, "署名", "不公开", "滨河路12号", "城关街道", "路灯坏了一周", "13900001234", "已约物业",
            "灯杆编号？", "编号 12", "可以：",
        ):  # fmt: skip
            assert part in said, part

    @pytest.mark.parametrize(
        ("role", "unit", "masked"),
        [
            (Role.HANDLER, "roads", False),
            (Role.LEADER, "roads", False),
            (Role.HANDLER, "water", True),
            (Role.SUPERVISOR, "county", True),
            (Role.DISPATCHER, "dispatch", True),
            (Role.ADMIN, "county", True),
        ],
    )
    def test_personal_data(self, bureau: Bureau, role: Role, unit: str, masked: bool) -> None:
        ticket = bureau.ticket(CoHandled("water"), Asked("电话？"))
        bureau.happens(ticket, Supplemented("改打 13700004321"), By.CITIZEN, CITIZEN)
        said = bureau.official(role, unit).say(f"查看 {ticket.number}")
        assert ("13900001234" not in said) is masked
        assert ("13700004321" not in said) is masked

    def test_what_went_amiss_and_what_is_asked(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Returned("dispatch", "归水务局"), Transferred("roads"))
        bureau.happens(ticket, OnSite("已到", (Attachment(5, MediaKind.IMAGE),)))
        bureau.happens(ticket, Asked("灯杆编号？"))
        said = bureau.official().say(f"查看 {ticket.number}")
        for part in (
            "退回",
            "在等市民回答：灯杆编号？",
            f"图片等 1 个：https://ms.example/desk/{ticket.number}",
            "附 1 个文件",
        ):
            assert part in said, part

    def test_a_long_appeal_is_cut(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(text="路" * 1900)
        assert len(bureau.official().say(f"查看 {ticket.number}")) < 1200

    def test_the_citizens_own_link_is_never_shown(self, bureau: Bureau) -> None:
        """Whoever holds it may rate and withdraw as the citizen."""
        ticket = bureau.ticket()
        official = bureau.official()
        for words in (f"查看 {ticket.number}", "为何", "待办"):
            assert "/t/" not in official.say(words)
            assert ticket.code not in official.say(words)

    def test_what_may_be_done_is_offered(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        said = official.say(f"查看 {ticket.number}")
        offered = said.rpartition("可以：")[2].split(" · ")
        assert "受理" in offered
        assert "不予受理" not in offered
        assert "延期" not in offered
        assert "办结" not in [choice.label for choice in official.choices]
        official.tap("受理")
        assert official.changed


class TestWhy:
    """为何 tells line by line what the promised date rests on."""

    def test_the_story(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Accepted())
        bureau.later(hours=2)
        bureau.happens(ticket, Asked("在哪一段？"))
        bureau.later(days=2)
        bureau.happens(ticket, Supplemented("桥头", reply_by=ticket.promise.reply_by), By.CITIZEN, CITIZEN)
        official = bureau.official()
        official.say(f"延期 {ticket.number} 3天 等配件")
        said = official.say("为何")
        for part in (ticket.promise.rule, "时钟停", "停了 2 天", "延期 3 个工作日", "等配件", "市民提交"):
            assert part in said, part
        numbers = [line.partition(".")[0] for line in said.splitlines()[1:]]
        assert numbers == [str(place) for place in range(1, len(numbers) + 1)]

        official.say("撤销")
        assert "等配件" not in official.say("为何")

    def test_while_it_waits(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Asked("在哪一段？"))
        bureau.later(hours=5)
        assert "已经停了 5 小时" in bureau.official().say(f"为何 {ticket.number}")

    def test_moves_do_not_move_the_date_and_rework_sets_a_new_one(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(
            Returned("dispatch", "归水务局"), Transferred("roads"), OnSite("已到"), Replied("已修好")
        )
        again = deadlines.promise(ticket.kind, ticket.category, False, bureau.now)
        bureau.happens(ticket, Reopened("又坏了", again), By.CITIZEN, CITIZEN)
        said = bureau.official().say(f"为何 {ticket.number}")
        assert said.count("时钟不停，日期不变") == 2
        for part in ("算作受理", "答复，时钟停", "重新计时", again.rule):
            assert part in said, part

    def test_when_it_is_over(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Replied("已修好"), Closed())
        assert "办结" in bureau.official().say(f"为何 {ticket.number}")


class TestFigures:
    """统计 and 排行 rest on the figures that were loaded."""

    def test_stats_add_up_what_lies_below(self, bureau: Bureau) -> None:
        bureau.figures = {
            "roads": Figures("roads", open=3, overdue=1, due=4, answered=4, fair=3, graded=2, satisfied=1),
            "team": Figures("team", open=2, due=1, answered=1, fair=1, silent=1),
            "water": Figures("water", open=90, overdue=90),
        }
        said = bureau.official(Role.LEADER).say("统计")
        assert "在办 5 件，其中逾期 1 件" in said
        assert "按时率 80%（4/5，可能在" in said
        assert "满意率 50%（1/2，可能在" in said
        assert "解决率 还没有" in said
        assert "没有评价 1 件" in said
        assert "水务" not in said

    def test_a_rank_rests_on_enough_answers(self, bureau: Bureau) -> None:
        bureau.figures = {
            "roads": Figures("roads", due=10, answered=10, fair=7),
            "water": Figures("water", due=FLOOR, answered=FLOOR, fair=FLOOR),
            "other_roads": Figures("other_roads", due=1, answered=1, fair=1),
        }
        said = bureau.official().say("排行 上月")
        assert said.startswith("2026年10月县区单位排行")
        assert said.index("1. 县水务局") < said.index("2. 县城市管理局（本单位）")
        assert "柳河" not in said
        assert "1 个单位" in said

    def test_nothing_to_rank(self, bureau: Bureau) -> None:
        assert "排不了" in bureau.official().say("排行")

    @pytest.mark.parametrize("words", ["统计 下周", "排行 2026-13", "统计 大家都说好"])
    def test_words_that_are_no_period(self, bureau: Bureau, words: str) -> None:
        assert "看不出是哪段时间" in bureau.official().say(words)


class TestBinding:
    """A one-time code makes an official."""

    def test_bind_work_unbind(self, bureau: Bureau) -> None:
        bureau.invite("K7M2Q9XD")
        chat = bureau.stranger()
        assert "小吴" in chat.say("绑定 k7m2-q9xd")
        member = chat.member
        assert member is not None
        assert (member.person_id, member.invite_hash) == (chat.id, None)
        assert "待办" in chat.tap("待办")
        assert "确认" in chat.say("解绑")
        assert chat.member == member
        assert "已解绑" in chat.say("确认")
        assert bureau.staff[member.id].person_id is None
        assert chat.talk.order is None

    def test_wrong_used_and_late_codes_sound_the_same(self, bureau: Bureau) -> None:
        bureau.invite("K7M2Q9XD")
        bureau.invite("A1B2C3D4", minutes=1)
        bureau.stranger().say("绑定 K7M2Q9XD")
        bureau.later(minutes=2)
        chat = bureau.stranger()
        answers = {chat.say(f"绑定 {code}") for code in ("K7M2Q9XD", "A1B2C3D4", "ZZZZ9999")}
        assert len(answers) == 1
        assert chat.member is None

    def test_a_code_never_takes_a_place_that_is_taken(self, bureau: Bureau) -> None:
        holder, member = bureau.stranger(), bureau.invite("K7M2Q9XD")
        bureau.staff[member.id] = replace(member, person_id=holder.id)
        assert "不能用" in bureau.stranger().say("绑定 K7M2Q9XD")
        assert bureau.staff[member.id].person_id == holder.id

    def test_strangers_command_nothing(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        chat = bureau.stranger()
        assert "绑定" in chat.say(f"受理 {ticket.number}")
        assert not chat.changed


class TestHelp:
    """The help is printed from the table."""

    def test_all(self, bureau: Bureau) -> None:
        said = bureau.official(Role.ADMIN).say("帮助")
        assert all(row.form in said for row in SPEC)
        assert "市民" in said
        assert len(said.encode()) < 2047

    def test_nobody_is_shown_what_they_may_never_do(self, bureau: Bureau) -> None:
        said = bureau.official().say("帮助")
        assert "受理 编号" in said
        assert "合并" not in said
        assert "督办" not in said

    @pytest.mark.parametrize("row", SPEC, ids=lambda row: row.verb)
    def test_one(self, bureau: Bureau, row: object) -> None:
        spec = next(each for each in SPEC if each is row)
        said = bureau.official().say(f"帮助 {spec.verb}")
        assert said.startswith(spec.form)
        assert spec.help in said

    def test_the_handbook_names_everything(self) -> None:
        page = manual()
        for row in SPEC:
            assert f"`{row.form}`" in page
            assert row.source in page
            assert all(word in page for word in row.synonyms)
        assert page == manual()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (Location(30.1, 120.2, "桥头"), "备注"),
        (Link("标题", "", "https://example.org"), "备注"),
        (Follow(), "待办"),
        (Click("help"), "待办"),
        (Click("an older menu's"), "待办"),
        (Click("file"), "市民"),
        (Silent("VIEW"), ""),
        (Unfollow(), ""),
    ],
)
def test_what_is_not_words(bureau: Bureau, body: Body, expected: str) -> None:
    assert expected in bureau.official().send(body)


def test_the_menu_leads_to_a_citizens_talk(bureau: Bureau) -> None:
    official = bureau.official()
    official.send(Click("file"))
    assert official.choices[0].say == f"市民 {MENU_SAYS['file']}"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"受理 {EXAMPLE_NUMBER}", True),
        ("待办", True),
        ("受理", True),
        ("现场 没有人管", False),
        ("确认", False),
        ("取消", False),
        ("撤回", False),
        ("桥头那一段路灯不亮", False),
    ],
)
def test_in_a_citizens_talk_only_plain_commands_interrupt(text: str, command: bool) -> None:
    incoming = Incoming("key", Channel.WECHAT, "o1", MONDAY, MONDAY, Text(text))
    assert room.is_command(room.read(incoming, OfficialTalk())) is command


@pytest.mark.parametrize(
    ("text", "command"), [("现场 没有人管", True), ("匿名公开", False), ("不满意", False), ("1", False)]
)
def test_where_a_tap_was_asked_for_any_whole_command_is_one(text: str, command: bool) -> None:
    incoming = Incoming("key", Channel.WECHAT, "o1", MONDAY, MONDAY, Text(text))
    assert room.is_command(room.read(incoming, OfficialTalk()), in_own_words=False) is command


@pytest.mark.parametrize(
    ("body", "staffs"),
    [
        (Text("绑定 K7M2Q9XD"), True),
        (Text("待办"), True),
        (Text("绑定"), False),
        (Text("你好"), False),
        (Text("排行榜造假"), False),
        (Media(MediaKind.IMAGE, "m"), False),
    ],
)
def test_who_is_no_official_and_speaks_like_one(body: Body, staffs: bool) -> None:
    assert room.is_staffs(Incoming("key", Channel.WECHAT, "o1", MONDAY, MONDAY, body)) is staffs


_WORDS = st.sampled_from([word for row in SPEC for word in (row.verb, *row.synonyms)])


@given(
    st.lists(
        st.tuples(_WORDS, st.sampled_from(["", " {n}", " {m}", " 3天", " 水务局", "：好", " 26000017"])), max_size=12
    )
)
def test_no_conversation_goes_wrong(words: list[tuple[str, str]]) -> None:
    """Whatever is said in whatever order: an answer, and tickets that are the fold of their events (checked on apply)."""
    bureau = Bureau()
    first, second = bureau.ticket(), bureau.ticket()
    official = bureau.official(Role.ADMIN, "county")
    for verb, rest in words:
        if official.member is None:
            break
        assert official.say(verb + rest.format(n=first.number, m=second.number))
        bureau.later(seconds=20)
