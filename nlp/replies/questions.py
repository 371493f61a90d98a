"""What an appeal asks for, and which of it a reply leaves untouched.

An ask is a clause of the appeal that questions or requests. A question wants an answer of its sort (a date for "when", a
number for "how much"); besides, the reply must speak of the same thing, which shared pairs of characters tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from nlp.replies.parts import DATE, Clause, clauses


class AnswerKind(StrEnum):
    """The sort of answer that an ask wants."""

    WHEN = "when"
    MONEY = "money"
    AMOUNT = "amount"
    PAPERS = "papers"
    WHERE = "where"
    WHETHER = "whether"
    WHY = "why"
    HOW = "how"
    WHAT = "what"
    DO = "do"


class AppealQuestion(Struct, frozen=True, gc=False):
    """A question or request at [start, end) of the folded appeal; `about` are its telling pairs of characters."""

    want: AnswerKind
    start: int
    end: int
    about: frozenset[str]


# The first row that matches names the want: a question may hold several words, and the most particular one decides.
_WANTS: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = (
    (
        AnswerKind.WHEN,
        re.compile(
            r"什么时候|何时|啥时候|几时|多久|哪天|哪一天|哪年|几月|多长时间|时间表|什么时间|具体时间|猴年马月|几点|时限|期限是|有时间吗"
        ),
    ),
    (
        AnswerKind.MONEY,
        # Search: 办证要多少钱 | 收费标准是多少 | 补贴是多少
        # Not: 不知道多少次了
        re.compile(
            r"多少(?:钱|元|费|块)"
            r"|(?:收|交|付|花|补|赔|缴)(?:贴|助|偿|费)?(?:是|了)?多少"
            r"|几(?:元|块)钱?"
            r"|(?:费用|价格|补贴|补助|收费)(?:标准)?(?:是多少|多少|怎么收)"
            r"|免费吗"
        ),
    ),
    (
        AnswerKind.PAPERS,
        # Search: 需要哪些材料 | 办证带什么
        # Search: 需要准备什么 | 证件有哪些
        # Not: 材料已经交了
        re.compile(
            r"(?:哪些|什么|啥)(?:材料|资料|证件|东西|文件)"
            r"|(?:材料|资料|证件)(?:有哪些|是什么)"
            r"|带(?:什么|哪些|啥)"
            r"|需要?(?:准备|提供|提交)(?:什么|哪些)"
        ),
    ),
    (
        AnswerKind.AMOUNT,
        # Search: 比例是怎么定的 | 一个月交几百 | 面积有多少
        # Not: 反映了多少次
        re.compile(
            r"多少(?!次|人|年|家|回|个(?:日|夜))"
            r"|(?:收|交|付|要|是|花)几(?:元|块|百|千|万)"
            r"|(?:费用|比例|价格|金额|税率|标准)(?:是什么|是怎么|怎么|如何)"
        ),
    ),
    (
        AnswerKind.WHERE,
        # Search: 在哪里办 | 该找谁 | 哪个部门负责
        # Search: 谁来管 | 地址在 | 电话多少
        # Not: 那里的路灯坏了
        re.compile(
            r"哪里|哪儿|在哪|去哪|到哪|什么地方|何处"
            r"|哪个(?:部门|单位|窗口|地方|局|办|机构|科室)"
            r"|哪些(?:部门|单位)|找谁|找哪|谁(?:来)?(?:管|负责)|地址(?:是|在|$)|电话(?:是|多少|号码|$)|什么部门"
        ),
    ),
    (
        AnswerKind.WHY,
        re.compile(
            r"为什么|为何|为啥|什么原因|啥原因|凭什么|怎么回事|原因(?:是|何在)|何故|怎么(?:还|就|会|又|不|没|一直)"
        ),
    ),
    (
        AnswerKind.HOW,
        # Search: 怎么申请 | 如何缴费 | 流程是什么
        # Search: 要走什么程序 | 哪些条件
        # Not: 怎么回事
        re.compile(
            r"怎么办理?"
            r"|怎么样?(?:才)?(?:能|可以)?(?:办|申请|处理|解决|领|报|查|交|补|走|算|操作|缴|退|转|迁)"
            r"|如何|怎样"
            r"|(?:流程|手续|程序)(?:是|有哪|怎)"
            r"|哪些(?:材料|资料|条件|手续|证件)"
            r"|什么(?:材料|资料|条件|手续|证件|流程|程序)"
            r"|需要(?:准备|提供|带)"
        ),
    ),
    (
        AnswerKind.WHETHER,
        re.compile(
            r"是否|能否|可否|有没有|有无|能不能|可不可以|会不会|是不是|要不要|需不需要|算不算|行不行|该不该|吗$|(?<![什怎这那多要])么$"
        ),
    ),
    (AnswerKind.WHAT, re.compile(r"由谁|谁来|谁出|谁负责|是谁|什么|哪些|哪个|哪一|怎么|多大|多远|多高")),
)
# Sorts whose words also stand in statements: they ask only before a question mark or after words of asking.
_LOOSE = frozenset(
    {AnswerKind.WHAT, AnswerKind.WHY, AnswerKind.AMOUNT, AnswerKind.HOW, AnswerKind.MONEY, AnswerKind.PAPERS}
)
_ASKING = re.compile(
    r"请问|想问|问下|问一下|咨询|想知道|想了解|请教|不知道?|告知|告诉|明确|解释|说明|求解|麻烦|需要(?:什么|哪些|多少)"
)
# Search: 恳请尽快修复 | 我们希望装路灯 | 能不能把垃圾桶移走
# Not: 请假回家 | 没有希望
_REQUEST = re.compile(
    r"^[\s\d.、):(]*(?:我们?|本人|在此|特此|特|故|同时|另外|再次|也|还|最后|因此|所以|只|真心|非常|强烈|急切|大家|村民们?|业主们?|全体业主|此|现|并){0,3}"
    r"(?:请求|恳请|恳求|希望|建议|要求|呼吁|盼望?|期盼|祈望|望(?:能|请|政府|领导|有关|相关|贵)|请(?!问|假|客|教|了|示|到|您?好))"
    r"|(?:能不能|能否|可否)(?:请|给|让|把|将)"
)
_THEIRS = re.compile(r"^[^,。]{1,12}?(?:要求|建议|希望)(?:我|他|业主|学生|家长|村民|我们|本人)")
_TOPIC = re.compile(r"^(?:关于|反映|投诉|举报|咨询|对)[^,。]{2,60}(?:建议|投诉|咨询|举报|请求|意见|反映|问题)$")
# Rhetoric that no reply can answer.
# Search: 难道没人管 | 天理何在 | 让老百姓怎么活
# Not: 什么时候修好
_RHETORIC = re.compile(
    r"难道|何在|良心|天理|公道|王法|还有没有|谁给的|算什么|是何居心|情何以堪|什么意思|谁来(?:为|保)|怎么活|何去何从|有木有|岂|怎能|能不(?:心|痛|让)"
    r"|不知道?(?:怎么|该|为)|什么都|没有?什么|无论|不管|怎么都|怎么样都|谁都|如何是好|这不是|不就是|不是说|不是.{1,12}吗|有没有用|等死|服务企业|可笑"
    r"|荒唐|何时了|理直气壮|说得过去|多少(?:老百姓|财|年)"
)
# Search: 请领导重视 | 早日落实
# Not: 装两盏路灯
_SOFT = re.compile(
    r"重视|关注|帮助|帮忙|说法|回复|答复|解答|父母官|做主|作主|老百姓|百姓|心声|认真|好好|满意|早日|各位|上级|百忙之中|抽空|引起|高度|给予|予以|落实"
    r"|查处|严查|严肃|调查|核实|过问|市长|书记|县长|区长|主席|镇长|局长|市委|市政府|县委|县政府|人民|群众|广大|居民|市民|业主|为盼|为感|支持|感谢"
    r"|职能|管一管|看看|了解|加强|管理|办法|合理|强烈|急切|再次|公正|公平|公开|妥善|彻底|真正|监管|协调|督促|体察|民情|贵|监督|重新|考虑|实际|恶劣"
    r"|还我|一个|我们|出面|听听|意见|共同|努力|最后"
)
# Search: 请问 | 我们 | 什么时候
# Not: 路灯坏掉
_FILLER = re.compile(
    r"请问|您好|你好|领导|尊敬|希望|建议|恳请|请求|要求|政府|部门|有关|相关|我们|本人|大家|这个|那个|什么|时候|何时|是否|能否|可以|能不能|有没有|多少"
    r"|怎么|如何|为什么|为何|尽快|谢谢|一下|问题|情况|现在|目前|到底|究竟|具体|咨询|反映|投诉|举报|呼吁|解决|处理|还是|已经|没有|就是|不是|如果|但是"
    r"|以及|或者|需要|应该|知道|吗|呢|了|的|是|在|和|与|及|有|我|你|您|他|她|它|们|请|问|想|能|会|要|被|把|对|向|从|到|给|让|也|都|就|还|又|再|很|不"
    r"|没|这|那|哪|里|谁|几|个|吧|啊"
)
_PAIR = re.compile(r"[一-鿿a-z0-9]+")
_LONGEST_ASK = 70
_LEAST_QUESTION = 6
_TELLING = 3
"""Pairs of characters that a request must have left when politeness is taken out."""
_SAME = 0.6
_MOST = 6


def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, after words that say nothing are taken out."""
    found: set[str] = set()
    for run in _PAIR.findall(_FILLER.sub(" ", text)):
        found.update(run[place : place + 2] for place in range(len(run) - 1))
    return frozenset(found)


def asks(folded: str) -> tuple[AppealQuestion, ...]:
    """The questions and requests of a folded appeal, in order, without what is only polite or rhetorical."""
    found: list[AppealQuestion] = []
    for clause in clauses(folded):
        if not 4 <= len(clause.text) <= _LONGEST_ASK:
            continue
        questioned = folded[clause.end : clause.end + 1] == "?"
        want = _want(clause.text, questioned)
        about = pairs(clause.text)
        if want is None or (want is AnswerKind.DO and len(pairs(_SOFT.sub(" ", clause.text))) < _TELLING):
            continue
        if not any(_alike(about, other.about) for other in found if other.want is want or other.want is AnswerKind.DO):
            found.append(AppealQuestion(want, *_trimmed(folded, clause.start, clause.end), about))
            if len(found) == _MOST:
                break
    return tuple(found)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and len(one & other) >= _SAME * min(len(one), len(other))


def _want(text: str, questioned: bool) -> AnswerKind | None:
    if _RHETORIC.search(text) or _TOPIC.match(text):
        return None
    for want, pattern in _WANTS:
        if pattern.search(text) and (questioned or want not in _LOOSE or _ASKING.search(text)):
            return want
    if _REQUEST.search(text) and not _THEIRS.match(text):
        return AnswerKind.DO
    return AnswerKind.WHAT if questioned and len(text) >= _LEAST_QUESTION else None


# Match: 请问何时修好 | 1.想问一下何时修好 | (二)何时修好
# Not: 何时修好 | 1.5米宽的路
_LEAD = re.compile(
    r"[\s:、\"'“”(]*(?:\(?[\d一二三四五六七八九]{1,2}[.、):](?!\d))?\s*(?:请问|想问一下|想问下|想问|咨询一下|咨询|问一下)?\s*"
)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead and lead.end() < end else start
    while end > start and text[end - 1] in " \t\"'”、:":
        end -= 1
    return start, end


# Search: 每户300元 | 十分之一 | 三百个
# Not: 第300号
_NUMBERED = re.compile(
    r"(?<![一二三四五六七八九十])[一二三四五六七八九十]++分之[一二三四五六七八九十]"
    r"|(?<!\d)\d++(?:\.\d++)?\s*+(?:元|万|亿|%|‰|块|角|倍|折|个|户|亩|平|米|人|年|月|天|日|吨|度|岁|分|次|公里|辆|套|/)"
    r"|百分之|免费|不收|免收"
    r"|[一二三四五六七八九十百千](?:元|万|成|年|个)"
)
# Search: 每月30元 | 免收 | 无需缴费
# Not: 每月三次
_PRICED = re.compile(
    r"\d\s*(?:元|万|亿|块|角|%|％|倍)|百分之|免费|不收|免收|不用(?:出|交|付)|无需(?:交|缴|付)|减免|[一二三四五六七八九十百千](?:元|万|成)"
)
# Search: 携带身份证原件 | 提交申请表
# Not: 携带雨伞 | 身份证丢了
_PAPERED = re.compile(
    r"(?:带|携带|提供|提交|凭|持|准备|出示|无需|不需要?|需要?|材料)[^,。]{0,20}(?:证|表|书|件|本|照|材料|资料|合同|发票|印章|证明|簿|照片|单)"
)
# Search: 一楼3号窗口 | 位于东门 | 拨打12345
# Not: 到窗口 | 打120
_POINTED = re.compile(
    r"\d{5,}|\d{3,4}-\d+"
    r"|(?<=[^,。][^,。])(?:窗口|大厅|服务中心|办公室|派出所|社保局|医保局|号楼|楼|路|街|站|科|股|局|所|处|办|公司|医院|学校|部门|中心|街道|大队|支队)"
    r"|位于|地址|网站|公众号|app"
)
# Search: 可以办理 | 不得收费 | 没有取消
# Not: 您好
_SAID = re.compile(
    r"可以|可|能|不能|不可|无需|不需|需要|须|需|已|未|没有|尚|暂|符合|属|不是|是|有|无|不得|允许|不予|同意|将|列入|纳入|计划|规划|会|不再|取消|停"
    r"|办理|保留|按|应|不准|不存在|存在"
)
_BECAUSE = re.compile(r"因|由于|原因|鉴于|根据|考虑到|考虑|所以|导致|是为|依据|按照|按|受|为了|为(?!您|你)|规定|主要是")
# Search: 携带材料 | 登录网站申请 | 先登记
# Not: 您好
_SHOWN = re.compile(
    r"凭|携带|提供|提交|材料|资料|流程|步骤|申请|程序|登录|下载|拨打|窗口|办理|条件|可以|可|需|先|向|到|方式|通过|建议|措施|一是|第一|将|按|已|要求"
)
# Search: 预计3月 | 年底前开通 | 10天后
# Not: 上周坏掉
_WHEN_SAID = re.compile(
    r"将|预计|计划|拟|争取|完成|完工|竣工|开工|启动|动工|建成|投入|通车|开通|交付|到位|实施|之?前|以?内|底|起|后|开始|时间|至|到|年满|需|运行|办结|为"
)
# Search: 具体时间待定 | 暂无改造计划 | 已全部修复 | 随时可办
# Search: 交房后方可办理
# Not: 计划3月改造
_NO_DATE = re.compile(
    r"(?:时间|日期|工期|期限)[^,。]{0,12}(?:未|待|无法|不能|暂|以[^,。]{1,14}为准)"
    r"|(?:暂无|尚无|没有|暂未|尚未|未)[^,。]{0,10}(?:计划|安排|时间表|规划|列入|纳入|启动|实施|确定|明确|开始|出台|收到)"
    r"|(?:已|已经|现已|均已)[^,。]{0,12}(?:完成|修复|开通|恢复|解决|到位|建成|拆除|整改|清理|启用|通车|办理|发放|更换)"
    r"|(?:开业|挂牌|交房|具体)?[^,。]{0,8}(?:后方可|才能|方可)"
    r"|长期|随时|立即"
)


def _when(clause: str) -> bool:
    return bool(_NO_DATE.search(clause)) or any(_WHEN_SAID.search(clause) for _ in DATE.finditer(clause))


_SORTS: dict[AnswerKind, Callable[[str], bool]] = {
    AnswerKind.WHEN: _when,
    AnswerKind.MONEY: lambda clause: bool(_PRICED.search(clause)),
    AnswerKind.PAPERS: lambda clause: bool(_PAPERED.search(clause)),
    AnswerKind.AMOUNT: lambda clause: bool(_NUMBERED.search(clause)),
    AnswerKind.WHERE: lambda clause: bool(_POINTED.search(clause)),
    AnswerKind.WHETHER: lambda clause: bool(_SAID.search(clause)),
    AnswerKind.WHY: lambda clause: bool(_BECAUSE.search(clause)),
    AnswerKind.HOW: lambda clause: bool(_SHOWN.search(clause)),
    AnswerKind.WHAT: lambda clause: len(clause) >= 6,
    AnswerKind.DO: lambda clause: len(clause) >= 4,
}
# How much of an ask's pairs the reply must share: an answer of a telling sort (date, number) needs less.
_LEAST = {
    AnswerKind.WHEN: 0.0, AnswerKind.MONEY: 0.0, AnswerKind.PAPERS: 0.0, AnswerKind.AMOUNT: 0.0, AnswerKind.WHERE: 0.0, AnswerKind.WHY: 0.1, AnswerKind.HOW: 0.1, AnswerKind.WHETHER: 0.14, AnswerKind.WHAT: 0.16,
    AnswerKind.DO: 0.12,
}  # fmt: skip
_ALONE = 0.5
"""Of several asks each must be touched; the only one is met by a reply that says much about the appeal."""
_MUCH = 40


def untouched(
    wanted: Sequence[AppealQuestion], said: Sequence[Clause], context: frozenset[str]
) -> tuple[AppealQuestion, ...]:
    """The asks that no clause with content answers. `context` are the pairs of the whole appeal."""
    telling = [clause.text for clause in said if not clause.empty]
    spoken = pairs("\n".join(telling))
    if not telling:
        return tuple(wanted)
    length = sum(map(len, telling))
    related = len(spoken & context)
    return tuple(
        ask for ask in wanted if not _touched(ask, telling, spoken, of=len(wanted), length=length, related=related)
    )


def _touched(
    ask: AppealQuestion, telling: Sequence[str], spoken: frozenset[str], *, of: int, length: int, related: int
) -> bool:
    sort = _SORTS[ask.want]
    if not any(sort(clause) for clause in telling):
        return False
    shared = len(ask.about & spoken)
    least = _LEAST[ask.want] * (_ALONE if of == 1 else 1.0)
    if not ask.about or least == 0.0 or shared >= max(1.0, least * len(ask.about)):
        return True
    return of == 1 and length >= _MUCH and related >= 2
