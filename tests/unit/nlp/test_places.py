"""Places: which of several is the best, where a name begins and ends, what is none, and which division it lies in."""

from __future__ import annotations

import pytest

from benchmarks.places import ended, right
from nlp.appeals.category import MODEL
from nlp.appeals.model import CategoryModel
from nlp.places.divisions import DIVISIONS, Divisions, region_code
from nlp.places.words import COMMON, ENDINGS, GENERIC, NEVER, ONE_EACH, PlaceKind
from nlp.understand import Reader

CHANGSHA = "4301"

BEST = [
    # The opening says where the matter is; what follows is passed by, or where people live.
    ("金桂路路灯不亮\n我住在城北的玉兰苑，每天从体育公园走回家", "金桂路"),
    ("投诉紫藤公馆物业\n我们去过区政府，也去过人民法院，都说不管", "紫藤公馆"),
    # Divisions before the name belong to it, also where the name begins with an everyday word.
    ("C5县柳塘镇坡上村的水渠堵了", "C5县柳塘镇坡上村"),
    ("B2区公园壹号小区的大门坏了", "B2区公园壹号小区"),
    # A name that ends like no place: after a region when it is named again, or by who lives there.
    ("B3区天玺御珑延期交房\n天玺御珑本该五月交房，到现在还没动静", "B3区天玺御珑"),
    ("交房延期\n我是龙庭御珑的业主，房子到现在没有交", "龙庭御珑"),
    # One of a kind in its town.
    ("D4县人民医院挂号排长队", "D4县人民医院"),
    ("芙蓉路路灯不亮", "芙蓉路"),
    ("滨江路与长虹路交界处没有红绿灯", "滨江路与长虹路交界处"),
    ("B3区滨江路与长虹路交界处没有红绿灯", "B3区滨江路与长虹路交界处"),
    ("七层坡社区的台阶坏了", "七层坡社区"),
    ("平安巷12号楼道里好大一股味", "平安巷12号"),
    ("桂花路18号路灯不亮", "桂花路18号"),
    ("桂花路18号楼前面积水", "桂花路18号楼"),
    ("阅湖之城小区底层餐馆油烟大", "阅湖之城小区"),
    # An owner speaks of the estate whose name is found already, or of one that the words around do not name.
    ("翡翠城地面车位本来是大家的，物业私自画线租给外面超市，业主自己回来没地方停", "翡翠城"),
    ("我是滨江花园里小区的业主，楼下油烟呛得不敢开窗", "滨江花园里小区"),
    ("印染厂宿舍1962年的苏联楼，电线老化冒火花，厂子早破产了", "印染厂宿舍"),
    ("我守着建设街的一间门脸房靠租金过日子", "建设街"),
]
NONE = [
    "几家物业公司和天然气公司互相推诿",
    "民办学校的学费太高，公立学校又没有学位",
    "政府应该管一管，难道就没有公道吗",
    "合同里写得清清楚楚，放在眼里了吗",
    "城乡居民的医保怎么交",
    "我来回跑路，走投无路了",
    "市委市政府高度重视",
    "建议增加独生子女家庭的补贴",
    "114路公交车等了半小时",
    "想换掉这个物业，业主大会咋个开法嘛，业主都不来，业主群也没人理",
    "住院部里信号极差，病人家属想给家里报个平安都得跑到院门外",
]


@pytest.mark.parametrize(("text", "place"), BEST)
def test_best(reader: Reader, text: str, place: str) -> None:
    assert reader.understand(text).places[0].text == place


@pytest.mark.parametrize("text", NONE)
def test_classes_of_places_and_governments_are_no_places(reader: Reader, text: str) -> None:
    assert reader.understand(text).places == ()


def test_a_government_leaves_its_region(reader: Reader) -> None:
    assert [place.text for place in reader.understand("C5县政府不让停车").places] == ["C5县"]


def test_before_a_government_is_a_place(reader: Reader) -> None:
    assert [place.text for place in reader.understand("C5县政府门口不让停车").places] == ["C5县政府"]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("岳麓的路灯坏了", "430104"),
        ("岳麓，就在公园旁边", "430104"),
        ("岳麓大道的路灯坏了", None),
        ("望城坡的路灯坏了", None),
        ("雨花区的路灯坏了", "430111"),
    ],
)
def test_counties_at_home_are_known_by_their_short_names(reader: Reader, text: str, region: str | None) -> None:
    places = reader.understand(text).places
    assert (places[0].region if places else None) == region


def test_elsewhere_short_names_of_counties_are_everyday_words(reader: Reader) -> None:
    assert reader.understand("和平的生活被噪音打破了").places == reader.understand("光明的日子在哪里").places == ()


def test_a_shared_name_has_guesses_and_no_region(reader: Reader) -> None:
    (place,) = reader.understand("朝阳区的路灯坏了").places
    assert place.region is None
    assert place.guesses == ("110105", "220104")


def test_of_a_name_shared_by_many_nothing_is_guessed(reader: Reader) -> None:
    (place,) = reader.understand("城关镇的路灯坏了").places
    assert (place.region, place.guesses) == (None, ())


def test_guesses_at_home_come_alone() -> None:
    divisions = Divisions({"和平街道": ["110105001", "120101002", "430104003", "430104004"]})
    assert divisions.guesses("和平街道", "4301") == ("430104003", "430104004")
    assert divisions.guesses("和平街道", "") == ()
    assert divisions.guesses("没有的街道", "4301") == ()


def test_a_name_of_one_family_is_the_widest_of_it() -> None:
    divisions = Divisions({"吉林": ["22", "2202"], "同名": ["22", "31"]})
    assert divisions.resolve("吉林", (), "") == "22"
    assert divisions.resolve("同名", (), "") is None
    assert divisions.resolve("同名", (), "3101") is None


def test_short_names_are_read_for_the_home_city_only() -> None:
    assert "岳麓" not in Divisions.read(DIVISIONS)
    home = Divisions.read(DIVISIONS, CHANGSHA)
    assert home.local >= {"岳麓", "雨花", "开福"}
    assert "越秀" not in home


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", ""),
        ("湖南省长沙市", "4301"),
        ("湖南长沙", "4301"),
        ("北京市", "11"),
        ("北京市朝阳区", "110105"),
        ("吉林省长春市朝阳区", "220104"),
    ],
)
def test_an_operator_writes_the_region_in_full(name: str, code: str) -> None:
    assert region_code(name) == code


@pytest.mark.parametrize(
    ("name", "why"), [("朝阳区", "2 divisions"), ("云溪县", "no administrative"), ("湖南省杭州市", "no administrative")]
)
def test_a_region_that_is_none_or_several_is_refused(name: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        region_code(name)


def test_a_municipality_is_a_city() -> None:
    home = Divisions.read(DIVISIONS, region_code("北京市"))
    assert "海淀" in home.local
    assert home.guesses("朝阳区", "11") == ()
    assert home.resolve("朝阳区", (), "11") == "110105"


def test_a_model_taken_up_later_keeps_the_home(reader: Reader) -> None:
    text = "雨花的垃圾三天没有人收"
    again = reader.with_model(CategoryModel.read(MODEL)).understand(text)
    assert [place.region for place in again.places] == ["430111"]


def test_the_word_tables_do_not_contradict_each_other() -> None:
    assert not NEVER & ONE_EACH
    assert not COMMON & frozenset(ENDINGS) - GENERIC - ONE_EACH - {"国际", "棚户区"}
    assert {kind for kind, _ in ENDINGS.values()} == set(PlaceKind) - {PlaceKind.REGION}


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        ("看云路", True),
        ("A3区梅溪湖街道看云路12号", True),
        ("梅溪湖街道", False),
        ("看云", False),
        ("路口，看云路", False),
        ("从这里一直往前走过三个红绿灯再左转两次右转一次到看云路", False),
    ],
)
def test_the_rule_of_the_benchmark(place: str, *, verdict: bool) -> None:
    assert right(place, ("看云路", "玉兰苑")) is verdict


def test_the_plain_baseline_finds_what_ends_like_a_place() -> None:
    assert ended("金桂路的玉兰花园小区")[0] == "的玉兰花园"
