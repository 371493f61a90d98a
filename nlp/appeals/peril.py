"""A life at stake now, told in words that name no danger by itself: somebody lost, caught, fallen, held, just robbed of their
money. Used only to keep a message from the public, beside `urgency.Danger`, which decides whom to call: what is in doubt hides.

Source: docs/guide.md §3 (danger). Every gap is bounded, so that time grows with the text and no faster.
"""

from __future__ import annotations

import re

_PERSON = r"(?:孩子?|小孩|娃|儿子|女儿|老人|老太太?|老头|大爷|大妈|奶奶|爷爷|爸|妈|父亲|母亲|人|工友|学生|女孩|男孩|老婆|老公|弟弟|妹妹|哥|姐|同学|工人|司机)"
_IN = "[^。!?;\\n]"

SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        # Search: 老人走失了 | 儿子一夜没回家
        # Not: 老人回家了
        re.compile(
            rf"{_PERSON}[^。!?;\n]{{0,10}}(?:走丢|走失|不见了|失踪|失联|没回来|没有回来|没回家|找不到(?:人|了)|离家出走|被拐)"
        ),
        "孩子走丢了，在人民公园",
    ),
    (
        # Search: 孩子掉进河里 | 老太太困在车里
        # Not: 孩子在河边玩
        re.compile(
            rf"{_PERSON}[^。!?;\n]{{0,8}}(?:掉进|掉到|掉下|摔下|坠|落水|溺水|卡住|卡在|夹住|压住|压在|埋|被困|困在|困车里|关在|锁在|反锁)"
        ),
        "小孩掉进下水道了",
    ),
    (
        # Search: 还有几个工人埋在下面 | 压住了一个人 | 水库里有人
        # Not: 有个人在水库边
        re.compile(
            rf"(?:有|个|还有|几个){_PERSON}[^。!?;\n]{{0,3}}(?:困|卡|埋|压|掉|落水)"
            rf"|(?:压住|压着|埋住|埋了|夹住|卡住|困住)(?:了)?[^。!?;\n]{{0,3}}{_PERSON}"
            r"|(?:河|江|湖|塘|水库|井|沟|坑)里[^。!?;\n]{0,3}有(?:个|一个)?人"
        ),
        "河里有个人",
    ),
    (
        # Search: 被关在屋里,快来救人 | 在传销里出不来
        # Not: 关在笼子里的狗
        re.compile(
            r"(?:被关|被困|困在|控制|囚禁|软禁|扣在|出不去|出不来)[^。!?;\n]{0,12}(?:救|传销|窝|出不)"
            rf"|传销{_IN}{{0,8}}(?:出不|被关|被困|救)"
        ),
        "被关在传销窝里出不去",
    ),
    (
        # Search: 脚手架倒了压到人 | 围墙要倒了,危险 | 塔吊快倒了
        # Not: 围墙有点旧
        re.compile(
            rf"(?:楼|墙|房|塔吊|架子?|桥|坡|山体?|脚手架|大坝|河堤|海堤|围墙|吊篮){_IN}{{0,10}}(?:要倒|快倒|要塌|快塌|晃得|在裂|塌了|垮了|倒了|往下滑|裂得|渗水){_IN}{{0,14}}(?:不敢住|压|埋|跑|人|住|危险|$)"
            r"|(?:塔吊|脚手架|吊篮|墙|楼)(?:要|快)(?:倒|塌|掉)"
        ),
        "工地塔吊要倒了",
    ),
    (
        # Search: 刚刚被骗了三万 | 骗子让我现在转账
        # Not: 去年骗过我
        re.compile(
            rf"(?:骗|转){_IN}{{0,14}}(?:刚|刚刚|几分钟|现在|马上|正在){_IN}{{0,8}}(?:转|汇|付|打|骗)"
            rf"|(?:刚|刚刚|才){_IN}{{0,10}}(?:被骗|骗了|转过去|转出去|汇过去)"
        ),
        "我被骗了5万刚转过去",
    ),
    (
        # Search: 几十个学生发烧 | 吃了盒饭都吐 | 三名工人中毒
        # Not: 食堂饭菜难吃
        re.compile(
            rf"(?:十几|几十|好几|好多|多|[二三四五六七八九十]|(?<!\d)\d{{1,4}})(?:个|名|位)?{_PERSON}{_IN}{{0,10}}(?:吐|拉肚子|中毒|晕倒|昏倒|送医院|发烧|住院)"
            rf"|(?:吃了|食堂|中午饭|喝了){_IN}{{0,18}}(?:都吐|上吐下泻|吐了|中毒|在吐)"
        ),
        "学校食堂吃了饭十几个孩子吐",
    ),
    (
        # Search: 救命啊 | 有人昏迷在路边
        # Not: 有人睡在路边
        re.compile(
            rf"(?:救命|快来人|快救|救救|来不及了|没气了|没呼吸|没有呼吸|昏迷|不省人事|大出血|血流不止|抽搐|心脏病发|休克|没反应|没意识){_IN}{{0,6}}"
        ),
        "老人没反应了",
    ),
    (
        re.compile(
            rf"(?:拿刀|持刀|提刀|砍刀|砍人|捅|要杀|杀了我|打死我|往死里打|掐脖子|绑架|挟持|堵在门口要打){_IN}{{0,10}}"
        ),
        "有人拿刀在砍",
    ),
    (
        # Search: 煤气味很浓 | 厨房漏煤气 | 楼上着火了
        # Not: 煤气费太高
        re.compile(
            r"(?:煤气|燃气|天然气|液化气|没气|氯气|毒气)味?[^。!?;\n]{0,8}(?:漏|很浓|好大|刺鼻|头晕|头疼)"
            r"|(?:漏|泄)[^。!?;\n]{0,3}(?:煤气|燃气|天然气)"
            r"|着火了|起火了|烧起来|冒浓烟"
        ),
        "楼道里煤气味很浓",
    ),
    (
        # Search: 触电了一个工人 | 孩子被电了
        # Not: 给老人充电费
        re.compile(
            r"(?:电到|触电|电晕|电死)(?:了)?[^。!?;\n]{0,4}"
            + _PERSON
            + r"|"
            + _PERSON
            + r"[^。!?;\n]{0,4}(?:触电|被电)"
        ),
        "灯杆漏电，电到一个小孩",
    ),
)
"""Each sign with an example of it."""

# Search: 去年 | 担心孩子掉进去 | 防止老人走失
# Not: 刚刚孩子掉进去
_NOT_NOW = re.compile(
    r"去年|前年|上个?月|以前|曾经|当年|演练|演习|预案|如果|万一|假如|要是|担心|怕|怎么办理|开户|咨询|救命钱|救命药|救命恩|工资都不发|迟早|将来"
    r"|(?:去|掉|摔|伤|陷|倒)过|防止|预防|避免|隐患|宣传|培训"
)
_REACH = 14


def at_stake(folded: str) -> bool:
    """Whether a life seems to be at stake now, going by the folded text. Neither the past, nor fear, nor a drill."""
    return any(
        _NOT_NOW.search(folded, max(0, match.start() - _REACH), min(len(folded), match.end() + 4)) is None
        for sign, _ in SIGNS
        for match in sign.finditer(folded)
    )
