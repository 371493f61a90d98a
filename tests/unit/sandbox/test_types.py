"""`bot/sandbox/types.d.ts` says what the server really sends and takes; the scripts are checked against nothing weaker."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from bot.channels.wechat.menu import Press
from bot.sandbox import control
from bot.sandbox.actions import Action
from bot.sandbox.platform import menus, model
from bot.sandbox.platform.faults import SWITCHES
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import TOWN
from bot.sandbox.views import WorldView
from tests.support.declarations import Declarations, Field

ROOT = Path(__file__).parents[3]
TYPES = Declarations(ROOT / "bot/sandbox/types.d.ts")
SCRIPTS = sorted((ROOT / "bot").glob("*/static/*.js"))

WANG = "o_citizen_wang"
CONTENTS: tuple[model.Content, ...] = (
    model.TextBubble("路灯坏了"),
    model.Menu("满意吗", (model.MenuLine("5", "满意"),), ""),
    model.Picture("m1"),
    model.Voice("m2", 3, "坏了"),
    model.Video("m3", ""),
    model.MapPoint(30.3, 119.1, "云溪县"),
    model.News((model.Article("标题", "说明", "https://example.test/"),)),
    model.Music("歌", "说明", "https://example.test/"),
    model.TemplateCard("进度", (model.Field("编号", "26000010"),), ""),
    model.Notice("你已取消关注"),
)
MENU = menus.check(
    {
        "button": [
            {"name": "看", "type": "view", "url": "https://example.test/"},
            {
                "name": "更多",
                "sub_button": [
                    {"type": press.value, "name": "按", "key": "k"} for press in Press if press != Press.VIEW
                ][:5],
            },
        ]
    }
)
"""A list below a button, and buttons with a key and with an address."""

REQUESTS: dict[type[msgspec.Struct], str] = {
    shape: shape.__name__ for shape in (*get_args(Action), control.Leap, control.FaultWish)
}
JSON_TYPES: dict[object, str] = {str: "string", str | None: "string", float: "number", bool: "boolean"}
"""A field that may be null is left out instead."""


def sent(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))


@pytest.fixture
def changes(world: World) -> list[model.WorldChange]:
    told: list[model.WorldChange] = []
    world.listeners.append(told.append)
    return told


def live(world: World) -> None:
    """All that can be seen on the page, each at least once."""
    for content in CONTENTS:
        world.show(WANG, content, mine=isinstance(content, model.TextBubble))
    world.set_menu(MENU)
    world.set_fault(SWITCHES[0].fault)
    world.set_refuses(WANG, True)
    world.heard(WANG, "message")
    world.send_typing(WANG, "Typing")
    world.answer_popup(WANG, "sandbox_subscribe_progress", "accept")
    world.record("out", "text", 200, 12)
    world.advance(timedelta(hours=1))


def test_every_answer_is_as_declared(world: World, changes: list[model.WorldChange]) -> None:
    live(world)
    view = WorldView(world, TOWN, "http://127.0.0.1")
    assert TYPES.differences(sent(view.everything()), "State") == []
    for change in changes:
        assert TYPES.differences(sent(view.change(change)), "WorldChange") == []
    shown = [sent(view.change(change)) for change in changes]
    told = {key for change in shown if isinstance(change, dict) for key in change}
    assert told == set(TYPES.interfaces["WorldChange"]), "each field of a change is seen at least once"


def test_every_kind_of_change_and_of_content_is_declared() -> None:
    kinds = get_args(get_type_hints(model.WorldChange)["kind"])
    assert set(TYPES.members(TYPES.interfaces["WorldChange"]["kind"].type)) == {f'"{kind}"' for kind in kinds}
    assert TYPES.members(TYPES.interfaces["Account"]["mode"].type) == [f'"{mode}"' for mode in get_args(model.Mode)]
    assert TYPES.members("Content") == [shape.__name__ for shape in get_args(model.Content)]
    assert {type(content) for content in CONTENTS} == set(get_args(model.Content))


@pytest.mark.parametrize(("shape", "name"), REQUESTS.items(), ids=REQUESTS.values())
def test_every_request_is_as_the_server_reads_it(shape: type[msgspec.Struct], name: str) -> None:
    expected: dict[str, Field] = {}
    if tag := shape.__struct_config__.tag:
        expected["do"] = Field(f'"{tag}"', optional=False)
    for field in msgspec.structs.fields(shape):
        expected[field.encode_name] = Field(JSON_TYPES[field.type], optional=not field.required)
    if tag:
        # `Action` adds it to every deed.
        assert expected.pop("openid") == Field("string", optional=False)
    assert TYPES.interfaces[name] == expected


def test_every_deed_is_declared() -> None:
    assert TYPES.members("Deed") == [shape.__name__ for shape in get_args(Action)]
    assert TYPES.aliases["Action"] == "Deed & { openid: string }"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"now": "soon"}, ".now: 'soon' is not number"),
        ({"now": True}, ".now: True is not number"),
        ({}, ".now: missing, Moved needs it"),
        ({"now": 1.5, "zone": 8}, ".zone: Moved has no such field"),
        (None, "value: None is not Moved"),
    ],
)
def test_a_difference_is_named(answer: object, told: str) -> None:
    assert TYPES.differences(answer, "Moved") == [told]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_evades_the_check(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"@ts-|@type \{any|\{\*\}|\bany\b[\[\]|,>} ]*\}|\{(?:Object|Function)\}", text)
