"""Whatever comes: nothing raises, nothing is filed twice, every answer can be read, and each load is what was asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.citizen.talk import Asking
from handlers.citizen.words import MENU_SAYS
from handlers.messages import (
    Body,
    Click,
    Consent,
    Delivery,
    Follow,
    Link,
    Location,
    Media,
    MediaKind,
    PageAction,
    PageVerb,
    Silent,
    Text,
)
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.work import Accepted, Asked, Replied
from tests.support.citizens_town import Town

WORDS = (
    "河东区解放路12号的路灯坏了三天", "楼下的路灯坏了三天", "解放路的路灯坏了。另外和平小学食堂的饭菜不新鲜", "家里煤气味很重",
    "给市长：幸福小区的垃圾没人收", "和平小学食堂的饭菜不新鲜", "不是解放路，是五一路", "不是投诉，是建议", "河西区", "解放路",
    "进度", "我的", "补充", "补充 七号灯杆", "催办", "评价", "评价 1", "评价 5 很好", "没解决", "撤回", "确认", "是", "不要", "取消",
    "继续", "公开", "匿名", "署名公开", "公开设置", "王女士", "跳过", "1", "2", "3", "9", "分开报", "一起报", "两件都报", "只报新的",
    "同一件", "另报 五一路的井盖丢了", "人工", "帮助", "附议", "谢谢", "你好", "废物", "😀", "", "我要投诉", "https://a.example/1",
    "查 26000010 482913", "26000011", "【收到不支持的消息类型，暂无法显示】",
)  # fmt: skip
texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=60), st.sampled_from(WORDS).map(lambda words: words * 80))
label = st.sampled_from(("", "河东区解放路12号", "长" * 500))
degrees = st.floats(-180, 180)
bodies: st.SearchStrategy[Body] = st.one_of(
    texts.map(Text),
    st.builds(Media, st.sampled_from(MediaKind), st.just("m"), st.one_of(st.just(""), texts)),
    st.builds(Location, degrees, degrees, label),
    st.builds(Link, st.text(max_size=20), st.just(""), st.text(max_size=400)),
    st.sampled_from((*MENU_SAYS, "unknown")).map(Click),
    st.builds(Follow, st.sampled_from(("", "t_26000010", "t_", "t_26000011", "poster")), st.booleans()),
    st.builds(PageAction, st.integers(0, 1100), st.sampled_from(PageVerb), texts),
    st.sampled_from((Silent("view"), Delivery("1", delivered=False, status=""), Consent(()))),
)
steps = st.lists(
    st.tuples(
        bodies, st.sampled_from((0, 0, 0, 1, 45, 60 * 25)), st.sampled_from(("", "", "", "accept", "ask", "reply"))
    ),
    max_size=14,
)
MOVES: dict[str, Accepted | Asked | Replied] = {
    "accept": Accepted(),
    "ask": Asked("几号？"),
    "reply": Replied("修好了。"),
}
SEVERAL = frozenset({Asking.SPLIT, Asking.NEW_TOPIC, Asking.PLACE, Asking.WHICH_PLACE, Asking.MATTER})
"""Questions whose answer may complete several matters, each of which came in a message of its own or was split off."""


@settings(max_examples=150, deadline=None)
@given(steps)
def test_any_talk(talk: list[tuple[Body, int, str]]) -> None:
    town = Town()
    chat = town.citizen()
    for body, minutes, move in talk:
        before = chat.talk
        reply = chat.send(body)
        quiet = isinstance(body, (Silent, Delivery, Consent))
        assert bool(reply) is not quiet
        assert len(reply) <= 900
        assert len(chat.choices) <= 7
        assert all(choice.label and choice.say for choice in chat.choices)
        waiting = 1 + len(before.later) if before.asking in SEVERAL else 1
        assert chat.filed() <= waiting
        unfinished = chat.talk
        assert (unfinished.draft is None) or (unfinished.asking is not None and unfinished.until is not None)
        ids = [wanted.id for wanted in town.media]
        assert len(ids) == len(set(ids))
        town.later(minutes=minutes)
        if move and chat.tickets:
            what, ticket = MOVES[move], chat.tickets[-1]
            if lifecycle.can(ticket, type(what), By.STAFF):
                town.staff(ticket, what)
