"""What the fuzz sends: each input is made from its own seed, so that any one of them can be made again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from urllib.parse import quote_from_bytes, urlencode

from msgspec import Struct

from benchmarks.bots.account import ACCOUNT, AES_KEY, APP_ID, TOKEN
from bot.channels.wechat.crypto import RANDOM_BYTES, AesKey, sign
from bot.channels.wechat.push import MAX_BODY, Mode

CITIZENS, OFFICIALS = 400, 20
"""Different senders: few of them write thirty times a minute, which would be answered without being read."""

_key = AesKey(AES_KEY)
_TYPED = ("]]>", "&", "&nbsp;", "<", "</Content>", "]]></Content>", "</xml>", "<![CDATA[", "<b>", "%00", "\x00", "\x1b[31m", "\ud83d", "\ufffe", "\u202e", "😀", "\n", "\r\n", "\t", " ", "{{7*7}}", "'; DROP TABLE tickets; --", "../../etc/passwd")  # fmt: skip
_WORDS = ("路灯", "井盖", "坏了", "漏水", "噪音", "人民路", "实验小学", "12号", "三天", "没人管", "谢谢", "你好", "进度", "我的", "催办", "撤回", "撤销", "确认", "取消", "附议", "公开", "太差了", "没解决", "满意", "5", "1-", "查", "绑定", "待办", "受理", "答复", "转办", "退回", "延期", "统计", "排行", "帮助", "市民", "救命", "要跳楼", "煤气泄漏", "电话13912345678", "。", "，", "？", "！", "、", "：", "（", "）", "年", "月", "日", "2026")  # fmt: skip
_FIELDS = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "MediaId", "PicUrl", "Recognition", "Location_X", "Location_Y", "Label", "Title", "Description", "Url", "Event", "EventKey", "Ticket", "Status", "MsgID", "TaskId", "OpenID", "Foo")  # fmt: skip
_KINDS = ("text", "image", "voice", "video", "location", "link", "event", "file", "")
_EVENTS = ("subscribe", "unsubscribe", "SCAN", "LOCATION", "CLICK", "VIEW", "TEMPLATESENDJOBFINISH", "subscribe_msg_popup_event", "scancode_waitmsg", "moon")  # fmt: skip
_PATHS = ("/", "/track", "/t/{}", "/t/{}/file/{}", "/track/{}", "/desk/{}", "/desk/{}/file/{}", "/notice/{}", "/rank", "/rank/unit/{}", "/rank/unit/{}/{}", "/rank/replies/best", "/rank/report/{}", "/rank/report/{}.xlsx", "/rectify", "/rectify/{}", "/static/{}", "/healthz", "/readyz", "/metrics", "/wechat", "/{}", "/{}/{}")  # fmt: skip
_NAMES = (
    "number",
    "code",
    "period",
    "level",
    "unit",
    "page",
    "sort",
    "q",
    "verb",
    "text",
    "nonce",
    "month",
    "category",
)
_METHODS = ("GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "BREW")


class Sent(Struct, frozen=True):
    """One request: its bytes, which address of the fuzz it goes to, and the answers that are right."""

    raw: bytes
    mode: Mode
    right: frozenset[int]


class Known(Struct):
    """What the inputs may name because it exists: learned from the answers."""

    numbers: list[str]
    tokens: list[str]


Maker = Callable[[Random, int, datetime, Known], Sent]
_TAKEN = frozenset({200})
_TOO_LARGE = frozenset({413})
_REFUSED = frozenset({200, 400, 403, 413})
_PAGE = frozenset(range(200, 500))


def push(rng: Random, number: int, now: datetime, known: Known) -> Sent:
    """A push with a right signature and any content, or with a query that is no platform's."""
    mode = rng.choice(list(Mode))
    message = _message(rng, number, now, known)
    query, body = _signed(rng, mode, message, now)
    if rng.random() < 0.6:
        return Sent(_post("/wechat", query, body), mode, _TAKEN if len(body) <= MAX_BODY else _TOO_LARGE)
    return Sent(_post("/wechat", _damaged(rng, query), _damaged_body(rng, body)), mode, _REFUSED)


def chat(rng: Random, number: int, now: datetime, known: Known) -> Sent:
    """Words of a citizen or an official, as a person or a program might type them."""
    who = f"oOfficial{rng.randrange(1, OFFICIALS)}" if rng.random() < 0.3 else f"oFuzz{rng.randrange(CITIZENS)}"
    if rng.random() < 0.03:
        who = f"oNew{number}"
    query, body = _signed(rng, Mode.SAFE, _text(who, number, now, _words(rng, known)), now)
    return Sent(_post("/wechat", query, body), Mode.SAFE, _TAKEN)


def page(rng: Random, _number: int, _now: datetime, known: Known) -> Sent:
    """A request to any of our pages."""
    parts = [quote_from_bytes(_part(rng, known).encode("utf-8", "surrogatepass"), safe="") for _ in range(2)]
    path = rng.choice(_PATHS).format(*parts)
    if rng.random() < 0.05:
        path = "/" + "".join(rng.choice("/%.?#;:@[]{}|\\^`'\"<>=&+*!~aZ0-_\u4e2d") for _ in range(rng.randrange(60)))
        path = path.replace(" ", "").replace("\u4e2d", "%E4%B8%AD")
    query = _pairs(rng, known)
    method = rng.choice(_METHODS)
    headers = rng.choice(
        ("", "Accept: text/html\r\n", "Range: bytes=0-\r\n", "If-None-Match: *\r\n", "Cookie: a=b; c\r\n", "Origin: null\r\n",
         "X-Forwarded-For: ]:[\r\n", "Accept-Encoding: gzip\r\n", "Content-Encoding: gzip\r\n", "Expect: 100-continue\r\n",
         "Content-Type: multipart/form-data; boundary=x\r\n", "Content-Type: application/json\r\n",
         "Content-Type: application/x-www-form-urlencoded; charset=utf-7\r\n")
    )  # fmt: skip
    if method == "POST" and "Content-Type" not in headers:
        headers += "Content-Type: application/x-www-form-urlencoded\r\n"
    body = _pairs(rng, known).encode() if method in {"POST", "PUT"} else b""
    if rng.random() < 0.01:
        body *= rng.randrange(2000)
    return Sent(_request(method, f"{path}?{query}" if query else path, body, headers), Mode.SAFE, _PAGE)


PARTS: dict[str, Maker] = {"webhook": push, "chat": chat, "pages": page}
"""What is fuzzed, by name."""


def _part(rng: Random, known: Known) -> str:
    known_ones = (
        *known.tokens[-50:],
        *known.numbers[-50:],
        "26000001",
        "2026-11",
        "quarter",
        "Z26001",
        "lights",
        "-1",
        "9" * 30,
    )
    return rng.choice(known_ones) if rng.random() < 0.6 else (_soup(rng, known, 4) or "x")[:300]


def _pairs(rng: Random, known: Known) -> str:
    pairs = [(rng.choice(_NAMES), _part(rng, known)) for _ in range(rng.randrange(5))]
    return urlencode(pairs, errors="surrogatepass")


def _soup(rng: Random, known: Known, most: int) -> str:
    pieces: Sequence[str] = (*_WORDS, *_TYPED, *known.numbers[-20:])
    return "".join(rng.choice(pieces) for _ in range(rng.randrange(most)))


def _words(rng: Random, known: Known) -> str:
    style = rng.random()
    if style < 0.5:
        return _soup(rng, known, 12)
    if style < 0.7:
        number = rng.choice(known.numbers[-200:]) if known.numbers else "26000001"
        return f"{rng.choice(_WORDS)} {number} {_soup(rng, known, 6)}"
    if style < 0.8:
        return f"{rng.choice(('人民路', '五一路', '和平菜市场'))}{rng.randrange(1, 400)}号门口的{rng.choice(('路灯坏了', '下水道堵了', '井盖被压碎了'))}"
    if style < 0.97:
        return _soup(rng, known, 4) + (rng.choice(_WORDS) + rng.choice((*_TYPED, *_WORDS, ""))) * rng.randrange(1, 300)
    if style < 0.998:
        return "".join(
            chr(rng.choice((rng.randrange(0x20, 0x7F), rng.randrange(0x4E00, 0x9FFF), rng.randrange(0xD7FF))))
            for _ in range(rng.randrange(2000))
        )
    return (_soup(rng, known, 6) or "1-") * rng.randrange(1, 3000)


def _text(who: str, number: int, now: datetime, words: str) -> bytes:
    inside = words.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{inside}]]></Content><MsgId>{number + 1}</MsgId></xml>"
    ).encode("utf-8", "surrogatepass")[: MAX_BODY * 2 // 3]


def _message(rng: Random, number: int, now: datetime, known: Known) -> bytes:
    style = rng.random()
    if style < 0.25:
        return _text(f"oFuzz{rng.randrange(CITIZENS)}", number, now, "X").replace(
            b"[X]", f"[{_words(rng, known)}]".encode("utf-8", "surrogatepass")
        )[: MAX_BODY * 2 // 3]
    if style < 0.35:
        whole = _text(f"oFuzz{rng.randrange(CITIZENS)}", number, now, _words(rng, known))
        cut = rng.randrange(len(whole))
        return rng.choice((whole[:cut], whole[:cut] + rng.randbytes(rng.randrange(8)) + whole[cut:], whole[cut:]))
    if style < 0.5:
        return rng.randbytes(rng.randrange(2000))
    if style < 0.55:
        values = {
            name: rng.choice((_words(rng, known), number, None, ["a", "b"], {"a": 1}))
            for name in rng.sample(_FIELDS, 8)
        }
        return json.dumps(values).encode()[: rng.choice((10**6, 200))]
    if style < 0.58:
        deep = rng.randrange(1, 20_000)
        return rng.choice((b"<xml>" + b"<a>" * deep, b'{"a":' * deep, b"<xml>" + b"<a/>" * deep + b"</xml>",
                           b"<xml>" + b"]]></Content></xml>" * deep, b"<xml><Content><![CDATA[" + b"]]></Content>" * deep,
                           b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>" + b"&a;" * deep + b"</xml>", b"&" * deep, b"<" * deep))  # fmt: skip
    fields = [
        ("FromUserName", f"oFuzz{rng.randrange(CITIZENS)}"),
        ("MsgType", rng.choice(_KINDS)),
        ("Event", rng.choice(_EVENTS)),
    ]
    fields += [(rng.choice(_FIELDS), _soup(rng, known, 6)) for _ in range(rng.randrange(8))]
    rng.shuffle(fields)
    styles = ("<{0}><![CDATA[{1}]]></{0}>", "<{0}>{1}</{0}>", "<{0}><item>{1}</item></{0}>", "<{0}/>")
    inner = "".join(rng.choices(styles, (8, 3, 1, 1))[0].format(name, value) for name, value in fields)
    return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


def _signed(rng: Random, mode: Mode, message: bytes, now: datetime) -> tuple[list[tuple[str, str]], bytes]:
    stamp, nonce = str(int(now.timestamp()) + rng.randrange(-590, 590)), str(rng.getrandbits(60))
    query = [("signature", sign(TOKEN, stamp, nonce)), ("timestamp", stamp), ("nonce", nonce), ("openid", "oFuzz1")]
    if mode is Mode.PLAIN:
        return query, message
    sealed = _key.encrypt(message, APP_ID.encode(), rng.randbytes(RANDOM_BYTES))
    if rng.random() < 0.02:
        sealed = AesKey("z" * 43).encrypt(message, APP_ID.encode(), rng.randbytes(RANDOM_BYTES))
    query += [("encrypt_type", "aes"), ("msg_signature", sign(TOKEN, stamp, nonce, sealed))]
    inner = (
        message.removesuffix(b"</xml>").removeprefix(b"<xml>") if mode is Mode.COMPAT and len(message) < 50_000 else b""
    )
    return query, b"<xml>" + inner + f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def _damaged(rng: Random, query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    damaged = list(query)
    place = rng.randrange(len(damaged))
    name, value = damaged[place]
    match rng.randrange(6):
        case 0:
            del damaged[place]
        case 1:
            damaged.append((name, value))
        case 2:
            damaged[place] = (name, rng.choice(_TYPED) + value)
        case 3:
            damaged[place] = (name, "9" * rng.randrange(2000))
        case 4:
            damaged[place] = (name, "")
        case _:
            damaged.append((rng.choice(_FIELDS), "x" * rng.randrange(3000)))
    return damaged


def _damaged_body(rng: Random, body: bytes) -> bytes:
    match rng.randrange(20):
        case 0:
            return body + b" " * MAX_BODY
        case 1:
            return body[: rng.randrange(len(body) + 1)]
        case 2:
            return rng.randbytes(rng.randrange(3000))
        case _:
            return body


def _post(path: str, query: list[tuple[str, str]], body: bytes) -> bytes:
    asked = urlencode(query, errors="surrogatepass")
    return _request("POST", f"{path}?{asked}", body, "Content-Type: text/xml\r\n")


def _request(method: str, target: str, body: bytes, headers: str) -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if body or method in {"POST", "PUT"}:
        head += f"Content-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode("latin-1", "replace") + body


STEP = timedelta(seconds=0.1)
"""How far the story's clock goes with each input: each of the citizens writes less than thirty times a minute."""
