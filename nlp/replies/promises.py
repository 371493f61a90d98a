"""What a reply promises by a day in the future: the words that promise, and the day. Pure; never raises.

Told apart from facts of the past, from days that a law names, from what the citizen is asked to do by then, and from
office hours. A term that begins with something that may never happen (申请后5个工作日内) has no day and is no promise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from nlp.replies.parts import Clause, clauses
from nlp.text.days import Mention, Workdays, mentions
from nlp.text.normalize import fold

LIMIT = 8000
"""Characters of a reply that are read."""
LONGEST = 80
"""Characters of one promise; longer ones are cut where their action is complete."""
BACK = 6
"""Clauses of the same sentence before the day that are read with it."""
FARTHEST_YEARS = 3
"""A day further away than this is a plan for the region and no promise to a person."""

# Search: 预计月底完工 | 责令物业3日内整改 | 施工单位进场
# Search: 我单位3日内答复
# Not: 会议在周五召开 | 3日需缴费
_WILL = re.compile(
    r"将|预计|预期|计划|拟(?!定了)|争取|力争|确保|保证|承诺|定于|安排|会(?!议|同|上|场|计|员)|要求|责令|责成|督促|限(?:期|于|其|在)?|"
    r"务必|必须|需(?=在|于)|有望|我(?:局|办|镇|单位|们|街道|中心|公司|社区|委|区|县|市|院|校|处|站|队)|工作人员|施工|工程|项目|维修|整改"
)
"""Somebody on our side means to do something."""
_PLANNED = re.compile(r"将|预计|预期|计划|拟|争取|力争|确保|保证|承诺|定于|安排|有望|估计|限")
"""What a day that is no limit needs beside it."""
# Search: 月底前完成 | 三天内修好 | 下周更换水表
# Not: 月底前看一看
_DEED = re.compile(
    r"完成|完工|竣工|完毕|结束|到位|办结|修[好复缮通]|维修|更换|换[好上成]|安装|装[好上]|答复|回复|反馈|告知|回电|联系您|给您|上门|到场|到现场|入户"
    r"|派人|派员|清[理运除]|拆除|整改|整治|改造|处理|解决|恢复|开通|通[车水电气暖]|供[水电气暖热]|交付|交房|投[入用]|启[动用]|动工|开工"
    r"|开[始放业学建]|进场|实施|施工|建成|建[好设]|发放|支付|付清|退[还款费]|补[发缴办齐植种]|兑现|公[布示告]|出台|组织|召开|核[实查]|复[查核检]|调查"
    r"|检[查测修]|回访|巡查|落实|推进|划[线定]|铺[设装]|修[剪建]|疏[通浚]|绿化|搬[迁离]|迁[移改]|关[停闭]|撤[除离]|验收|移交|办理|审[核批定]|上线"
    r"|运营|运行|增[设加派]|设[置立]|接[通入]|亮[灯化]|点亮|停止|取缔|查处|出[具结]|送[达到]|寄|约谈|面谈|沟通|对接|协调|招标|签订|缴[纳清]|加装|消除"
    r"|打通|排[查除]"
)
"""Something that is done, and can be seen to be done or not."""
# Search: 已于 | 我局接到投诉后 | 截至
# Not: 计划于 | 已修好,计划于
_PAST_BEFORE = re.compile(
    r"(?:已|曾|自|从|截至|截止到?|截止|早在|此前|之前|先后|接到|收到|根据|按照|依据|来信|反映|发布|印发|去年|上[个]?月|上周|昨)[^,]{0,12}$"
    r"|(?:已经?|均已|业已)[^,]*$"
)
# Search: 已安排维修 | 召开了协调会 | 起施行 | 修好了
# Search: 至3月5日我局已
# Not: 前完成维修
_PAST_AFTER = re.compile(
    r"^[^,]{0,10}(?:已|曾|正在|我局收到|收到|接到|受理了|来电|来信|留言|反映|发帖|投诉|印发|发布(?:的|了)|出台的|起(?:施行|执行|实施|生效|算|计)|以来|召开了|完成了|进行了|组织了|联合|前往|到现场(?:进行|查看|核实|勘|调查)了?)"
    r"|^[^,。]*(?:了|过)$"
    r"|^(?:至|到|-)\d{1,2}月\d{1,2}日[^,]*(?:已|了)"
)
_TO_COME = re.compile(r"^[^,]{0,6}(?:将|会(?!议))")
# Search: 请您月底前提交材料 | 申请人应在3日内补正 | 如需查询
# Not: 我局月底前完成
_CITIZENS = re.compile(
    r"(?:请|可以?|建议|欢迎|望|希望|需|须|应|务请|烦请|敬请|凭|提醒)(?:您|你|各位|广大|市民|家长|业主|居民|群众|当事人|申请人|学生|考生|企业|用户|住户|商户|职工|参保人|符合条件)"
    r"|(?:^|,)(?:请|可|如需|如有|如果|若|如您|凡|您可|您需|你可|家长|业主|申请人|当事人|考生|申请者|购房人|纳税人|参保人员?|用人单位|企业|居民|用户|学生|劳动者|符合条件)"
    r"|(?:申请人|当事人|纳税人|参保人|购房者|申请者|考生|劳动者|用人单位|您)(?:可|应|须|需|要|在|于|自|凭|携带|应当|可以)"
)
# Search: 自受理之日起5日内 | 依照条例 | 最长30日
# Not: 我局3日内答复
_LAW = re.compile(
    r"《|》|第[一二三四五六七八九十百\d]+条|之日起|条例|规定|办法|法律|应当|不得|最长|不超过|不少于|以上的|以内的|合同约定|约定|标准|届满|诉讼时效"
    r"|申请期限|法定"
)
# Search: 办公时间为周一 | 周一至周五 | 24小时值班
# Not: 24小时内修好 | 周一前完成
_HOURS = re.compile(
    r"(?:上班|工作|办公|营业|咨询|服务|开放|接待|受理|预约|办理|报名|申报|报销)(?:的)?(?:时间|期限)"
    r"|(?:法定)?节假日"
    r"|(?:周|星期)[一二三四五六日]\s?[至到~-]"
    r"|24小时(?!内|之内|以内)|有效期|全天|每[天日周月年]"
    r"|工作日(?:的)?(?:上午|下午|\d)"
)
# Search: 无法在月底前完成 | 原定3月开工 | 若天气不好
# Not: 若干天后完成 | 因此月底前完成
_NOT = re.compile(
    r"没有?承诺|并?未承诺|不承诺|不(?:会|能|再|予|可能)|无法|未能|难以|暂不|尚未确定|如果|若(?!干)|假如|原(?:定|计划|来)|本应|曾|因为?(?!此)|由于"
    r"|出生"
)
"""Said no to, made to depend on something, or planned once."""
_TOLD = re.compile(r"已|曾|经查|了,")
_WHEN = re.compile(r"(?:时间|日期|节点|期限|工期|时限)[^,]{0,8}$|(?:开|完|竣|动)工[^,]{0,4}$")
"""The deed was told before its day: 完工时间为12月底."""
_DURING = re.compile(r"^[^,]{0,10}期间|^\s?[-~至到]\s?(?:\d|今|明)")
# Search: 申请后 | 自材料交齐之日起的 | 竣工验收以后约
# Not: 计划在
_STARTS = re.compile(
    r"(?:取得|申请|受理|提交|提出|材料|资料|缴费|签订|验收|立项|审批|批复|竣工|开工|进场|交房|交付|入住|登记|办理|报名|收到|接到|确认|通过|批准|挂牌|公示|备案|受伤|发生|成交|启动|挖开|完工|条件)[^,]{0,10}(?:之?后|以后|起)(?:的|,)?(?:约|大约|在)?$"
    r"|(?:自|从)[^,]{0,20}(?:起|后)(?:的|,)?$"
)
"""A term that begins with what has not happened yet."""
_LONGEST_START = 30
"""More characters than a match of `_STARTS` has."""
# Match: 同时,我局将在月底前修好 | 下一步 | 1.月底前修好
# Not: 我局将在月底前修好
_LEAD = re.compile(
    r"(?:(?:并且?|同时|另外|此外|目前|现|现在|下一步|接下来|据悉|据了解|其中|但|因此|故|所以|经(?:研究|协商|沟通|协调)(?:决定)?)[,:]?|[一二三四五六七八九十]、|[1-9][.、]|\(\d\))"
)
_ONLY_SPAN = re.compile(r"预计|预期|计划|工期|需要?|约|大约|争取|力争|确保|保证|承诺|将(?:在|于)?|限期?|要求")


def vows(reply: str, today: date, workdays: Workdays) -> tuple[tuple[str, date], ...]:
    """Each promise of the reply as (exact substring, day), in the order of the reply, each day of a clause once."""
    given = reply[:LIMIT]
    folded = fold(given)
    text = folded.text
    said = clauses(text)
    named = mentions(text, today, workdays)
    found: list[tuple[str, date]] = []
    starts = [each.start for each in named]
    for place, clause in enumerate(said):
        here = named[bisect_left(starts, clause.start) : bisect_left(starts, clause.end)]
        if not here:
            continue
        near = [each for each in said[max(0, place - BACK) : place + 2] if each.sentence == clause.sentence]
        if _is_not_ours(clause, near[0].start, text):
            continue
        last = max((each for each in here if _promises(each, clause, near, text, today)), key=_day, default=None)
        if last is None:
            continue
        start, end = _extent(last, place, said, text)
        kept_start, kept_end = folded.span(start, end)
        found.append((given[kept_start:kept_end].strip(), last.day))
    return tuple(dict.fromkeys(found))


def _day(mention: Mention) -> date:
    return mention.day


def _promises(mention: Mention, clause: Clause, near: Sequence[Clause], text: str, today: date) -> bool:
    """Whether the clause promises by this day; `near` are the clauses of its sentence that are read with it."""
    if not today <= mention.day or mention.day.year > today.year + FARTHEST_YEARS:
        return False
    begins = near[0].start
    before, after = text[clause.start : mention.start], text[mention.end : clause.end]
    follows = near[-1].text if near[-1] is not clause else ""
    if _is_over(before, after) or _is_anothers(mention, clause, begins, text):
        return False
    if mention.span and not mention.by and not (_ONLY_SPAN.search(before[-10:]) and _DEED.search(after)):
        return False
    if not mention.by and not _PLANNED.search(text[clause.start : min(clause.end, mention.end + 8)]):
        return False
    told_before = _WHEN.search(before) and _DEED.search(before)
    told_after = _DEED.search(after) or (mention.by and _DEED.search(follows))
    if not (told_before or told_after):
        return False
    if _WILL.search(text[max(begins, mention.start - 30) : clause.end]) or _WILL.search(follows):
        return True
    return mention.by and bool(told_after) and _TOLD.search(text, begins, mention.start) is None


def _is_over(before: str, after: str) -> bool:
    """Whether the words around the day tell of the past, or of a stretch of time."""
    past = _PAST_AFTER.search(after) and not _TO_COME.search(after)
    return bool(_PAST_BEFORE.search(before) or past or _DURING.search(after))


def _is_not_ours(clause: Clause, begins: int, text: str) -> bool:
    """Whether the days of the clause are of office hours, or of the citizen's own duties. Asked once, whatever days it has."""
    return bool(_HOURS.search(text[clause.start : clause.end]) or _CITIZENS.search(text[begins : clause.end]))


def _is_anothers(mention: Mention, clause: Clause, begins: int, text: str) -> bool:
    """Whether the day is one of a law, or hangs on what may never happen."""
    return bool(
        _LAW.search(text[max(begins, mention.start - 40) : clause.end])
        or _NOT.search(text[max(begins, mention.start - 30) : clause.end])
        or _STARTS.search(text[max(begins, mention.start - _LONGEST_START) : mention.start])
    )


def _extent(mention: Mention, place: int, said: Sequence[Clause], text: str) -> tuple[int, int]:
    """The clause of the day without what only leads to it; with the next one where the deed is told there."""
    clause = said[place]
    start, end = clause.start, clause.end
    while (lead := _LEAD.match(text, start, mention.start)) and lead.end() > start:
        start = lead.end()
    if not _DEED.search(text, mention.end, end) and place + 1 < len(said):
        follows = said[place + 1]
        if follows.sentence == clause.sentence and _DEED.search(follows.text):
            end = follows.end
    if mention.start - start > LONGEST // 2:
        start = mention.start
    return start, min(end, start + LONGEST)
