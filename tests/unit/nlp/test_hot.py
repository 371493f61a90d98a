"""Issues gather cleanly, people count rather than messages, and an issue says why it is hot."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from nlp.cli.matching import comparisons, issues
from nlp.matching.hot import Gatherer, Issue, Report
from nlp.matching.similar import load
from nlp.matching.sketch import Appeal
from nlp.understand import Reader

MATCHER = load()
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NOISE = Appeal("投诉翠屏雅苑面包房夜间噪音扰民", "翠屏雅苑楼下面包房半夜和面的机器噪音很大，居民睡不着。")
LAMPS = Appeal("望江镇沙洲村的路灯坏了没人修", "沙洲村进村道路的路灯全坏了，村民晚上出行看不见路。")
SCHOOL = Appeal("白鹤湾小学门口早晚堵车", "白鹤湾小学门口家长接送车辆乱停，上学放学时堵得水泄不通。")


def reports(appeal: Appeal, people: list[str], first: int = 0, up: int = 0, day: int = 0) -> list[Report]:
    return [
        Report(first + number, appeal, START + timedelta(days=day + number), person, up=up, places=(appeal.title[2:6],))
        for number, person in enumerate(people)
    ]


def gathered(*lists: list[Report]) -> list[Issue]:
    gatherer = Gatherer(MATCHER)
    for report in [each for some in lists for each in some]:
        gatherer.add(report)
    return gatherer.ranked(START + timedelta(days=40))


def test_each_issue_is_gathered_by_itself() -> None:
    found = gathered(reports(NOISE, ["a", "b", "c"]), reports(LAMPS, ["d", "e"], 10), reports(SCHOOL, ["f"], 20))
    assert [issue.ids for issue in found] == [(0, 1, 2), (10, 11), (20,)]
    assert [issue.people for issue in found] == [3, 2, 1]
    assert found[0].title == NOISE.title
    assert found[0].crowd == "居民"
    assert found[1].crowd == "村民"
    assert found[0].first == START
    assert found[0].last == START + timedelta(days=2)
    assert found[0].days == 3


ONE_SIDE = Appeal("投诉翠屏雅苑面包房夜间噪音扰民", "翠屏雅苑楼下面包房半夜和面的机器噪音很大，居民睡不着。")
OTHER_SIDE = Appeal("翠屏雅苑楼下店铺冷柜噪音", "面包店冷柜外机整夜轰轰响。")
BRIDGE = Appeal("翠屏雅苑噪音扰民", "楼下店铺半夜机器噪音大，影响居民休息。")


@pytest.mark.parametrize("people", [1, 3, 4])
def test_a_report_that_fits_loosely_begins_no_issue_of_its_own(people: int) -> None:
    one = reports(ONE_SIDE, [f"a{n}" for n in range(people)])
    other = reports(OTHER_SIDE, [f"b{n}" for n in range(people)], 10)
    (issue,) = gathered(one, other, reports(BRIDGE, ["c"], 20))
    assert issue.people == 2 * people + 1


def test_a_report_that_is_gathered_already_is_not_counted_again() -> None:
    (issue,) = gathered(reports(NOISE, ["a", "b"]), reports(NOISE, ["a", "b"]))
    assert (issue.people, issue.ids) == (2, (0, 1))


def test_one_person_writing_twenty_times_is_one_person() -> None:
    found = gathered(reports(NOISE, ["same"] * 20), reports(LAMPS, ["a", "b"], 100))
    assert [issue.people for issue in found] == [2, 1]
    assert len(found[1].ids) == 20


def test_votes_count_less_than_people_and_against_votes_count_down() -> None:
    voted = gathered(reports(NOISE, ["a"], up=9))[0]
    plain = gathered(reports(NOISE, ["a"]))[0]
    written = gathered(reports(NOISE, list("abcdefghij")))[0]
    assert plain.heat < voted.heat < written.heat
    against = Report(1, NOISE, START, "a", up=3, down=50)
    assert gathered([against])[0].votes == 0


def test_growing_is_hotter_than_fading() -> None:
    fading = gathered(reports(NOISE, ["a", "b", "c"], day=-10))[0]
    growing = gathered(reports(NOISE, ["a", "b", "c"], day=30))[0]
    assert growing.growth > 1 > fading.growth
    assert growing.heat > fading.heat


def test_what_nobody_wrote_of_for_two_months_is_not_hotter_than_what_goes_on() -> None:
    quiet = gathered(reports(NOISE, ["a", "b", "c"], day=-60))[0]
    steady = gathered(reports(NOISE, ["a"], day=0) + reports(NOISE, ["b"], 10, day=35))[0]
    assert quiet.growth < steady.growth


def test_many_who_write_are_hotter_than_one_with_as_many_votes() -> None:
    voted = gathered(reports(NOISE, ["a"], up=400))[0]
    written = gathered(reports(NOISE, [f"p{number}" for number in range(14)]))[0]
    assert written.heat > voted.heat > gathered(reports(NOISE, ["a", "b"]))[0].heat


def test_the_title_names_the_place_where_any_does() -> None:
    vague = Appeal("面包房夜间噪音扰民", NOISE.detail)
    bare = [Report(number, vague, START, f"v{number}", places=("翠屏雅苑",)) for number in range(4)]
    named = Report(9, NOISE, START + timedelta(days=1), "n", places=("翠屏雅苑",))
    issue = gathered([*bare, named])[0]
    assert (len(issue.ids), issue.title) == (5, NOISE.title)


def test_the_same_report_twice_and_a_window() -> None:
    gatherer = Gatherer(MATCHER)
    first, second = reports(NOISE, ["a", "b"])
    assert gatherer.add(first) == gatherer.add(first) == gatherer.add(second)
    assert gatherer.ranked(second.at)[0].ids == (0, 1)
    assert gatherer.ranked(first.at)[0].ids == (0,)
    assert gatherer.ranked(second.at, since=second.at)[0].ids == (1,)
    assert gatherer.ranked(first.at - timedelta(days=1)) == []


def test_hot_lines_are_ranked_issues(reader: Reader) -> None:
    lines = [
        json.dumps({"id": f"n{n}", "title": NOISE.title, "detail": NOISE.detail, "time": f"2026-03-0{n} 10:00:00",
                    "upvotes": "3", "downvotes": 0, "user": f"u{n}"}).encode()
        for n in (1, 2, 3)
    ]  # fmt: skip
    lines += [
        b"{",
        b'{"id": 1, "title": "x", "time": "soon"}',
        json.dumps({"id": 7, "title": LAMPS.title, "time": "2026/3/1 8:05"}).encode(),
    ]
    answers = [json.loads(line) for line in issues(MATCHER, reader, lines)]
    assert ["error" in each for each in answers] == [True, True, False, False]
    hottest = answers[2]
    assert hottest["ids"] == ["n1", "n2", "n3"]
    assert (hottest["rank"], hottest["people"], hottest["votes"]) == (1, 3, 9)
    assert hottest["from"] == "2026-03-01T10:00:00+08:00"
    assert hottest.keys() >= {"rank", "heat", "title", "place", "crowd", "from", "to", "ids"}
    assert answers[3]["ids"] == [7]
    assert list(issues(MATCHER, reader, [])) == []


def test_similar_lines_are_answered_in_order() -> None:
    lines = [
        json.dumps({"a": NOISE.title, "b": {"title": NOISE.title, "detail": NOISE.detail}}).encode(),
        b"[]",
        json.dumps({"a": NOISE.title, "b": LAMPS.title}).encode(),
        b'{"a": "x"}',
    ]
    answers = [json.loads(line) for line in comparisons(MATCHER, lines)]
    assert [each.get("same") for each in answers] == [True, None, False, None]
    assert 0 <= answers[2]["score"] < answers[0]["score"] <= 1


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ("在", "翠屏雅苑"),
        ("市", "翠屏雅苑"),
        ("新", "新翠屏雅苑"),
        ("a", "翠屏雅苑"),
        ("，", "翠屏雅苑"),
        ("2", "翠屏雅苑"),
    ],
)
def test_a_place_is_widened_by_what_is_part_of_a_name_only(before: str, place: str) -> None:
    appeal = Appeal(
        f"夜里，{before}翠屏雅苑面包房噪音扰民", f"我们{before}翠屏雅苑楼下面包房半夜的机器噪音很大，居民睡不着。"
    )
    some = [Report(number, appeal, START, str(number), places=("翠屏雅苑",)) for number in range(5)]
    (found,) = gathered(some)
    assert found.place == place
