"""Reading a whole message."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.hostile_texts import Hostile
from nlp.appeals.category import CATEGORIES, OTHER
from nlp.appeals.personal import mask
from nlp.understand import DangerKind, Emotion, Kind, PersonalKind, PlaceKind, Reader
from nlp.wishes import wants
from tests.support.costs import too_slow
from tests.unit.nlp.appeals import BY_CATEGORY

KINDS = [
    ("工地凌晨两点还在施工，为什么一直没人管？", Kind.COMPLAINT),
    ("投诉春晓花园物业乱收停车费", Kind.COMPLAINT),
    ("请问退休以后异地医保怎么报销？需要什么材料", Kind.QUESTION),
    ("想咨询一下今年小学报名的时间", Kind.QUESTION),
    ("建议在清河公园增设母婴室", Kind.SUGGESTION),
    ("关于延长图书馆开放时间的建议", Kind.SUGGESTION),
    ("实名举报村支书贪污扶贫款", Kind.REPORT),
    ("举报有人在河里电鱼", Kind.REPORT),
    ("求助：父亲走失两天了，求政府帮帮我", Kind.HELP),
    ("给环卫工人点赞，路扫得干净，衷心感谢", Kind.PRAISE),
    ("谢谢领导，希望尽快处理楼下烧烤店的油烟", Kind.COMPLAINT),
    ("谢谢环卫所，菜场门口的积水第二天就处理好了，点个赞", Kind.PRAISE),
    ("感谢领导关心，但是我们小区的路灯还是没修好", Kind.COMPLAINT),
    ("给市长：希望滨江路装上公交站台的雨棚", Kind.SUGGESTION),
    ("为什么一直不修？", Kind.COMPLAINT),
    ("请加快城西体育馆的建设步伐", Kind.SUGGESTION),
    ("恳请帮忙要回我们三个月的工钱", Kind.HELP),
]

DANGERS = [
    ("我家煤气泄漏了怎么办", DangerKind.GAS, "119"),
    ("三号楼着火了，快来人", DangerKind.FIRE, "119"),
    ("隔壁的墙塌了，压着人", DangerKind.COLLAPSE, "119"),
    ("有人持刀在小区门口", DangerKind.VIOLENCE, "110"),
    ("我不想活了", DangerKind.SUICIDE, "110"),
    ("老人晕倒了叫不醒", DangerKind.MEDICAL, "120"),
    ("电线掉在地上还冒火花", DangerKind.ELECTRIC, "119"),
    ("孩子落水了", DangerKind.WATER, "119"),
    ("我们被困在电梯里了", DangerKind.TRAPPED, "119"),
]

NO_DANGER = [
    "楼道堆满纸箱，存在火灾隐患",
    "希望社区组织一次火灾逃生演练",
    "去年仓库着火后一直没有重建",
    "如果着火了消防车根本进不来",
    "咨询工伤漏电事故赔偿标准",
    "医院的急救电话打不通",
    "路口有个大坑，昨天有人摔伤了",
]

URGENT = [
    "我们单元从昨天停水到现在",
    "春晓路的井盖没了，晚上看不见",
    "围墙摇摇欲坠，随时可能砸到学生",
    "整栋楼停电十几个小时了",
    "电梯突然停住，里面还有两个老人",
    "外墙瓷砖一直往下掉，差点砸到人",
    "物业把我们家的水断了，老人瘫痪在床，已经两天了",
]
NOT_URGENT = [
    "请问公交卡在哪里办",
    "建议增加停车位",
    "物业费太高了",
    "请加快体育中心建设，刻不容缓",
    "小区经常停水，希望改造管网",
    "紧急避难场所被占用",
    "那是我看病的救命钱，公司不肯退",
]

PLACES = [
    ("五一路38号门口的路灯坏了", "五一路38号", PlaceKind.ROAD, None),
    ("岳麓区梅溪湖街道春晓花园电梯坏了", "岳麓区梅溪湖街道春晓花园", PlaceKind.COMPOUND, "430104"),
    ("我住在春晓花园，楼上漏水", "春晓花园", PlaceKind.COMPOUND, None),
    ("东方红路与枫林路交叉口信号灯太短", "东方红路与枫林路交叉口", PlaceKind.CROSSING, None),
    ("实验小学门口堵车", "实验小学", PlaceKind.SCHOOL, None),
    ("A7县泉塘街道附近没有公交", "A7县泉塘街道", None, None),
    ("平安巷口的垃圾桶三天没人清运", "平安巷口", PlaceKind.CROSSING, None),
    ("幸福里小区的物业收费太高", "幸福里小区", PlaceKind.COMPOUND, None),
    ("阳光花园小区 6 栋电梯突然停住", "阳光花园小区 6 栋", PlaceKind.COMPOUND, None),
    ("翠湖路和人民路交叉口红绿灯坏了", "翠湖路和人民路交叉口", PlaceKind.CROSSING, None),
    ("在望江路地铁站A口等车", "望江路地铁站", PlaceKind.ROAD, None),
    ("碧波园·城央首府交房延期", "碧波园·城央首府", PlaceKind.COMPOUND, None),
    ("丽江花园的路灯不亮", "丽江花园", PlaceKind.COMPOUND, None),
    ("建设路垃圾堆成山", "建设路", PlaceKind.ROAD, None),
    ("浏阳市没有直达的班车", "浏阳市", PlaceKind.REGION, "430181"),
]

LEADERS = [
    ("给市长：公园什么时候开门", "市长"),
    ("张市长您好，我想反映一个问题", "市长"),
    ("尊敬的市委书记：您好", "市委书记"),
    ("市长热线一直打不通", None),
    ("领导您好，路灯坏了", None),
    ("我们村长欺负人", None),
]

MATTERS = [
    ("路灯坏了三天。另外还有一个问题，楼下饭店油烟很大", 2),
    ("1.春晓路的井盖坏了没人修 2.公交车等一个小时都不来", 2),
    ("物业乱收停车费，另外物业费也涨了，物业不理人", 1),
    ("路灯坏了三天，另外楼下饭店油烟很大，还有公交车等一个小时不来", 3),
    ("楼下垃圾堆成山，还有污水横流", 1),
    ("路灯坏了", 1),
    ("", 0),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind(reader: Reader, text: str, kind: Kind) -> None:
    assert reader.understand(text).kind is kind


@pytest.mark.parametrize("category", BY_CATEGORY)
def test_every_category_is_reached(reader: Reader, category: str) -> None:
    texts = BY_CATEGORY[category]
    right = sum(reader.understand(text).category == category for text in texts)
    assert right / len(texts) > 0.6


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我想把户口落到县城，落户要什么材料", "政法"),
        ("孩子落户派出所一直不给办", "政法"),
        ("预备党员转正的会拖了半年没有开", "党务政务"),
        ("占了我家的菜地不给青苗补偿", "国土资源"),
        ("小舅子包了所有的活，书记这是以权谋私", "纪检监察"),
        ("手机在屋里没有信号，宽带也总断网", "科技与信息产业"),
    ],
)
def test_a_word_that_names_the_matter_decides(reader: Reader, text: str, category: str) -> None:
    found = reader.topic(text)
    assert (found.category, found.sure) == (category, True)


def test_categories_are_told_apart(reader: Reader) -> None:
    pairs = [(category, text) for category, texts in BY_CATEGORY.items() for text in texts]
    right = sum(reader.understand(text).category == category for category, text in pairs)
    assert right / len(pairs) >= 0.85


@pytest.mark.parametrize("text", ["", "啊啊啊", "12345", "😀😀", "asdf"])
def test_nothing_told_is_other(reader: Reader, text: str) -> None:
    read = reader.understand(text)
    assert read.category == OTHER
    assert not read.sure


@pytest.mark.parametrize(("text", "kind", "call"), DANGERS)
def test_danger_names_whom_to_call(reader: Reader, text: str, kind: DangerKind, call: str) -> None:
    read = reader.understand(text)
    assert read.danger is not None
    assert (read.danger.kind, read.danger.call[0]) == (kind, call)
    assert read.urgent


@pytest.mark.parametrize("text", NO_DANGER)
def test_talk_of_danger_is_no_danger(reader: Reader, text: str) -> None:
    assert reader.understand(text).danger is None


@pytest.mark.parametrize("text", URGENT)
def test_urgent(reader: Reader, text: str) -> None:
    read = reader.understand(text)
    assert read.urgent
    assert read.urgent_phrase is not None
    assert read.urgent_phrase in text


@pytest.mark.parametrize("text", NOT_URGENT)
def test_not_urgent(reader: Reader, text: str) -> None:
    assert not reader.understand(text).urgent


@pytest.mark.parametrize(("text", "place", "kind", "region"), PLACES)
def test_best_place(reader: Reader, text: str, place: str, kind: PlaceKind | None, region: str | None) -> None:
    best = reader.understand(text).places[0]
    assert best.text == place
    assert kind is None or best.kind is kind
    assert region is None or (best.region or "").startswith(region)


@pytest.mark.parametrize("text", ["路灯坏了", "小区物业不作为", "我知道公司管理混乱", "这条路很堵"])
def test_no_place_named(reader: Reader, text: str) -> None:
    assert reader.understand(text).places == ()


@pytest.mark.parametrize(("text", "title"), LEADERS)
def test_leader(reader: Reader, text: str, title: str | None) -> None:
    assert reader.understand(text).leader == title


@pytest.mark.parametrize(("text", "count"), MATTERS)
def test_matters(reader: Reader, text: str, count: int) -> None:
    assert len(reader.understand(text).matters) == count


def test_tone(reader: Reader) -> None:
    assert reader.understand("太过分了，忍无可忍，岂有此理！").emotion is Emotion.ANGRY
    assert reader.understand("一群饭桶，路灯都修不好").rude
    assert not reader.understand("路灯坏了，请来修").rude


def test_full_width_is_read_like_half_width(reader: Reader) -> None:
    read = reader.understand("电话１３８００００１２３４，Ａ７县的路灯坏了")
    assert read.personal[0].kind is PersonalKind.PHONE
    assert read.places[0].text == "Ａ７县"


def test_traditional_characters_are_read_like_simplified_ones(reader: Reader) -> None:
    read = reader.understand("春曉花園門口的路燈壞了，請儘快派人來修")
    assert read.category == "城乡建设"
    assert read.places[0].text == "春曉花園"


PRIVATE = "我叫张小川，电话13800001234，身份证11010119900307123X，车牌京A12345，五一路38号门口的路灯坏了"


def test_personal_data_is_hidden_from_whatever_reads_on(reader: Reader) -> None:
    read = reader.understand(PRIVATE)
    said = "".join((*read.keywords, *(place.text for place in read.places)))
    assert len(read.personal) == 4
    assert not any(
        PRIVATE[span.start : span.end] in said or said in PRIVATE[span.start : span.end] for span in read.personal
    )
    assert read.places[0].text == "五一路38号"
    assert reader.topic(PRIVATE) == reader.topic(PRIVATE.replace("13800001234", "13966667777").replace("小川", "大海"))


@pytest.mark.parametrize("text", ["三号楼着火了，快来人", "楼道里有煤气味", "我们被困在电梯里了"])
def test_who_is_in_danger_asks_for_help(reader: Reader, text: str) -> None:
    assert reader.understand(text).kind is Kind.HELP


def test_hidden_characters_hide_nothing(reader: Reader) -> None:
    text = "煤\u200b气\u200b泄漏了，住在春晓\u200b花园"
    read = reader.understand(text)
    assert read.danger is not None
    assert read.places[0].text == "春晓\u200b花园"


CIVIC = "路灯坏了物业小区五一路38号岳麓区煤气泄漏我叫张三电话13800001234，。？！\n另外 1.2、给市长您好\u200bＡ７县"


@given(st.text(alphabet=st.characters()) | st.text(alphabet=CIVIC, max_size=200))
def test_any_text_is_read(reader: Reader, text: str) -> None:
    read = reader.understand(text)
    assert read.category in {*CATEGORIES, OTHER}
    assert 0 <= read.confidence <= 1
    assert len(read.keywords) <= 8
    assert all(place.text and text[place.start : place.end] == place.text for place in read.places)
    assert all(0 <= span.start < span.end <= len(text) for span in read.personal)
    assert all(part in text for part in read.matters)
    assert read.urgent == (read.urgent_phrase is not None)
    assert read.urgent_phrase is None or read.urgent_phrase in text


def test_very_long_text_is_read(reader: Reader) -> None:
    assert reader.understand("春晓路的路灯坏了。" * 5000).category == "城乡建设"


HOSTILE = [
    " ",
    "\n",
    "栋1",
    "1",
    "1 ",
    "a.a@",
    "路",
    "请",
    "(",
    "五一路与",
    "是",
    "评价 5",
    "补充 ",
    "我叫张",
    "京a",
    "A7县",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_repetition_costs_no_more_than_its_length(reader: Reader, piece: str) -> None:
    def read(text: str) -> None:
        reader.understand(text)
        wants(text)
        mask(text)

    assert too_slow(read, Hostile("", piece), 4_000) == ""


LONG = "解放路的路灯坏了，" * 200
OWN = [text for texts in BY_CATEGORY.values() for text in texts]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*OWN, LONG, "", "热", "停水", "😀路灯😀坏了", "\U00020000路"]), st.text(max_size=50)
        ),
        max_size=6,
    )
)
@example(OWN)
def test_many_messages_are_read_together_as_each_alone(reader: Reader, texts: list[str]) -> None:
    alone, together = [reader.understand(text) for text in texts], reader.understand_all(texts)
    # Sums of many small numbers depend a little on their order.
    assert [one.confidence for one in together] == pytest.approx([one.confidence for one in alone], abs=1e-5)
    assert [replace(one, confidence=0.0) for one in together] == [replace(one, confidence=0.0) for one in alone]
