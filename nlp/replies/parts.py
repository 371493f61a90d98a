"""What a reply holds: its clauses with and without content, the five parts, vague promises, pushing away.

The parts follow the 2008 rule of 芜湖"市民心声" (verified facts; law and policy; handling; next steps and a phone number).
Everything works on folded text, where punctuation of full width is half width; spans are carried back by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct


class Clause(Struct, frozen=True, gc=False):
    """A stretch [start, end) of the folded reply between punctuation marks.

    `sentence` counts sentences; `empty` says that it only greets, thanks, signs, acknowledges or forwards.
    """

    text: str
    start: int
    end: int
    sentence: int
    empty: bool


class Proof(Struct, frozen=True, gc=False):
    """A span [start, end) of the folded reply that proves something."""

    start: int
    end: int


_BREAK = re.compile(r"[,。!?;\n]|(?<=如下)[:.]|(?<=您好):|(?<=你好):")
_ENDS = frozenset("。!?;\n")
_LONGEST = 240
"""Characters of a clause; longer ones are cut, so that a hostile text costs no more than its length."""

# A unit to which something is handed on; also as a bare "有关部门".
_UNIT = r"(?:部门|单位|局|办|委|委会|政府|院|县|区|市|镇|乡|街道|中心|公司|大队|支队|信箱|站|所|科|处|学校|社区|村|学院|集团|银行|热线|平台)"
_CHECKING = r"(?:调查|核实|核查|核处|查处|处理|处置|办理|办复|答复|回复|反馈|落实|研究|跟进|解决|调处|阅处|协调|督办)"
# Clauses that bring the citizen nothing. Order does not matter; each is looked for from the clause's beginning.
# Match: 尊敬的网友您好 | 感谢您的来信 | 祝您生活愉快 | 敬请谅解 | 特此回复 | 县城市管理局2025年11月3日
# Match: 热心网友 | 希望您能理解 | 欢迎您继续监督 | 以上是我局答复 | 现将有关情况回复如下 | 情况如下
# Match: 经研究答复如下 | 给您带来不便 | 深表歉意 | 支持我们的工作 | 网友2025年来信 | 提出宝贵意见 | 二〇二五年十一月三日
# Not: 路灯已经修好 | 感谢信已经收到
_COURTESY = re.compile(
    r"(?:尊敬的|亲爱的)?[^,。]{0,24}(?:网友|网民|市民|居民|先生|女士|同志|朋友|来信人|业主|同学|家长|老师|您|你|楼主|uu\w{1,40})[^,。]{0,20}?(?:您好|你好)(?:呀|啊)?$"
    r"|[^,。]{0,24}(?:您好|你好)$"
    r"|(?:尊敬的|亲爱的)?(?:“[^”]{1,20}”|uu\w+|[^,。]{0,12})?(?:网友|网民|市民朋友|朋友|先生|女士|来信人)(?:“[^”]{1,20}”)?$"
    r"|[^,。]{0,12}(?:非常|再次|衷心|最后|首先|真诚|十分)*(?:感谢|谢谢|多谢)(?!信)"
    r"|(?:并)?(?:祝|祝愿|敬祝|顺祝)(?:您|你|大家|全家|生活|工作|身体|愉快)"
    r"|(?:也|还|敬)?(?:敬请|恳请|请)(?:您|你|广大|市民|群众|予以|给予|多多)*(?:理解|谅解|支持|见谅|监督|体谅|放心|继续关注)"
    r"|(?:望|希望)(?:您|你|得到您的)?(?:能够|能|给予|予以)?(?:理解|谅解|支持|满意)"
    r"|(?:再次)?(?:欢迎|希望)(?:您|你|大家|社会各界)?(?:一如既往|继续|随时|对|监督|关注|提出)"
    r"|(?:特此|此)(?:回复|答复|复|函|说明|告知)"
    r"|此致|敬礼$"
    r"|以上(?:是|为|就是)?(?:我|对|本|回复|答复)"
    r"|(?:现|特|我局|我办|我们|现就|现将|就|对|针对|关于)[^,。]{0,60}?(?:回复|答复|说明|解答|汇报|反馈|报告)[^,。]{0,8}?(?:如下|于下)"
    r"|(?:现)?(?:回复|答复|解答|情况)如下"
    r"|经研究[^,。]{0,4}(?:答复|回复)如下"
    r"|(?:给您|由此|对此|对您)?[^,。]{0,10}(?:带来|造成)[^,。]{0,10}不便[^,。]{0,10}(?:谅解|歉意|抱歉|理解)?$"
    r"|(?:我们)?(?:深表|表示)(?:诚挚|深深)?的?歉意"
    r"|(?:并|也)?(?:继续)?(?:关注|支持)[^,。]{0,12}(?:发展|工作|建设|平台)$"
    r"|[^,。已将于在]{2,24}(?:局|办公室|办|政府|中心|委员会|大队|支队|街道|公司|热线|委|院|站)\s*(?:(?:19|20)\d{2}[年.]\d{1,2}[月.]\d{1,2}日?)?$"
    r"|网友(?:19|20)\d{2}年"
    r"|(?:多|欢迎)?提(?:出)?(?:宝贵|好)?的?意见(?:和建议)?$"
    r"|很高兴能|专此回复"
    r"|(?:一九|二〇|二0|19|20)[\d〇零一二三四五六七八九十]{2}(?:年|[-./])[\d一二三四五六七八九十]{1,3}(?:月|[-./])[\d一二三四五六七八九十]{1,3}日?$"
)
# Match: 您的来信收悉 | 您反映的路灯不亮问题 | 我局高度重视
# Match: 收到您的留言
# Not: 路灯已经修好
_RECEIPT = re.compile(
    r"[^,。]{0,120}(?:收悉|事件编号|已获悉|获悉|已知悉|知悉|已阅|已收到|已经收到|已受理|已登记|已记录|已阅办|阅悉)"
    r"|收到(?:您|你|网友|市民)[^,。]{0,60}(?:后|留言|来信|反映|建议|诉求|投诉)"
    r"|(?:您|你|网友|关于您|关于你|针对您|针对你|就您|就你|你在|您在|你于|您于)[^,。]{0,80}?(?:反映|咨询|提出|提到|投诉|来信|留言|发帖|发表|反应|建议|举报|求助)"
    r"[^,。]{0,60}?(?:问题|情况|帖|留言|诉求|建议|意见|一事|事项|来信|如下|咨询)$"
    r"|[^,。]{0,14}(?:领导|单位|我局|我办|我们|党委|政府|中心|党组|镇|区|县|街道)?[^,。]{0,12}(?:对此)?(?:十分|高度|非常|极为)重视"
)
# Handing on is told at the end of a clause. Each way is looked for where it can begin and still reach the end, and may begin
# only so many characters after the clause does: one expression for all of it tried each beginning with each end.
_HANDED_TO = (
    rf"(?:转(?:交|入|至|到|送|给|办|呈|达|往|由|请|相关|有关|[^,。]{{1,18}}?{_UNIT})|(?<![递提上缴])交(?!通|警|易)(?:由|至|给|办|有关|相关|[^,。]{{1,12}}?{_UNIT})|移交(?:至|给|到)?|批转|发函交办|责成[^,。]{{0,12}}{_CHECKING}$)"
    rf"(?:[^,。]{{0,40}}?(?:{_UNIT}|{_CHECKING}|处|关注)(?:[、和并及]?{_CHECKING}){{0,8}})?(?:了|中)?$"
)


class _Way(Struct, frozen=True, gc=False):
    """One way of saying that it was handed on: its expression, how long a match can be, the last place where it may begin."""

    pattern: re.Pattern[str]
    longest: int
    latest: int


_FORWARDS = (
    # Search: 已转交城市管理局处理 | 移交给街道办理 | 交由社区核实
    # Not: 已提交审核结果 | 转弯处已经修好
    _Way(re.compile(_HANDED_TO), 90, 98),
    _Way(re.compile(r"(?:已|我办|我们)转(?![账正为变让型化出入运])(?:交|办|至|到|给)?[^,。]{1,24}$"), 29, 60),
    _Way(re.compile(r"已(?:转交|转办|移交|转达|转送|转)(?:了)?$"), 5, 40),
)
# Match: 处理结果会及时反馈 | 请您耐心等待 | 我局正在调查处理 | 待核实后答复您
# Match: 我局将尽快答复 | 您的问题已由街道答复 | 附件 | 如有进展 | 第一时间向您反馈 | 请留意后续答复 | 安排专人调查
# Match: 再向您答复 | 以便核实处理 | 链接:https://example.com | 办理完后答复您 | 该问题已受理 | 稍后与您联系 | 请留下联系方式
# Not: 路灯已经修好 | 修好后恢复供水
_WAIT = re.compile(
    r"[^,。]{0,16}?(?:处理|办理|调查|核实|核查|相关|有关|具体|后续)?(?:情况|结果|进展|进度|消息|信息|事宜)[^,。]{0,12}?(?:及时|第一时间|尽快|即时|另行|再|会|将|后)[^,。]{0,8}(?:反馈|回复|答复|告知|公布|发布|通报|通知)"
    r"|(?:请|敬请|望)?(?:您|你)?(?:请)?(?:耐心|静候|密切)?(?:等待|等候|静候|关注)(?!点|度)"
    rf"|(?:此事|该问题|问题|您反映的问题|您的问题|该事项|事件编号)*+(?:并|正在?|交办|受理|已经|已|将|我们|我局|我办|我单位|会|目前|现|在|立即|抓紧|进行|尽快|予以|及时|安排|组织|工作人员|相关部门|有关部门|人员|专人)*+(?:进一步)?{_CHECKING}(?:[、和并及]{{0,1}}{_CHECKING})*(?:中|之中|处理|了|工作)?$"
    rf"|待(?:调查)?(?:核实|调查|处理|办理|核查|有)[^,。]{{0,10}}(?:后|完毕)[^,。]{{0,10}}(?:{_CHECKING}|告知|给您|予以)?"
    rf"|(?:我们|我局|我办)?(?:将|会)?(?:在)?(?:第一时间|尽快|及时)(?:给您|向您|予以|与您|进行)?(?:{_CHECKING}|联系|告知)+$"
    r"|(?:您|你)?(?:反映的|咨询的)?(?:问题|事项|情况)?[^,。]{0,10}已(?:经|有|由|在)?[^,。]{0,14}(?:答复|回复)(?:链接)?$"
    r"|(?:详见|链接|附件)$"
    r"|如有(?:相关)?(?:情况|回复|结果|进展|处理)"
    r"|(?:将|会)?第一时间[^,。]{0,12}(?:告知|回复|答复|反馈|公布)"
    r"|(?:敬请|请)?留意[^,。]{0,6}(?:回复|答复)"
    r"|(?:同时)?(?:会|将|已)?安排专人[^,。]{0,8}(?:调查|处理)$"
    r"|再(?:向|给)您(?:回复|答复)"
    r"|(?:以便|便于)[^,。]{0,20}(?:联系|处理|处置|核实|工作|办理|转交)$"
    r"|(?:回复|答复|详见)?(?:链接|网址)?[: ]*https?[\w:/.?=&-]*[^,。]{0,14}$"
    r"|(?:会|将)?在?(?:处理|办理|核实|调查)(?:完|好|结束|完毕|清楚)后?[^,。]{0,8}(?:回复|答复|反馈)"
    r"|[^,。]{0,24}(?:问题|事项|诉求)[^,。]{0,6}已经?(?:受理|收悉|收到)"
    r"|稍后[^,。]{0,16}(?:回复|答复|联系)"
    r"|[^,。]{0,10}(?:留下|提供)(?:您的)?联系方式$"
)


def clauses(folded: str) -> tuple[Clause, ...]:
    """The clauses of a folded reply in order; a clause without a word is left out."""
    found = []
    sentence = 0
    start = 0
    for mark in [*_BREAK.finditer(folded), None]:
        border = mark.start() if mark else len(folded)
        for begin in range(start, border, _LONGEST):
            end = min(begin + _LONGEST, border)
            text = _strip(folded[begin:end])
            if text:
                found.append(Clause(text, begin, end, sentence, _is_empty(text)))
        if mark is None or mark.group() in _ENDS:
            sentence += 1
        start = border + 1
    return tuple(found)


def _strip(text: str) -> str:
    return text.strip(" \t:\"'”.、*—~-")


def _is_empty(text: str) -> bool:
    """Whether the clause, after the openings that may stand before it without a comma, says nothing."""
    text = _OPENING.sub("", text)
    if not text:
        return True
    return _forwards(text) or any(pattern.match(text) for pattern in (_COURTESY, _RECEIPT, _WAIT))


def _forwards(text: str) -> bool:
    """Whether the clause only says that the matter was handed on."""
    for way in _FORWARDS:
        found = way.pattern.search(text, max(0, len(text) - way.longest))
        if found is not None and found.start() <= way.latest:
            return True
    return False


# "网友“A”您好:", "3. ", "2019年3月7日" stuck to what follows.
# Search: 您好: | 2025年11月3日网友来信 | 网友“晴天”您好
# Not: 路灯已经修好
_OPENING = re.compile(
    r"^(?:(?:19|20)\d{2}年\d{1,2}月\d{1,2}日(?=[^,。前内起之以至到我经上下晚早])"
    r"|(?:尊敬的)?(?:来信)?(?:网友|网民|市民|先生|女士)?(?:朋友)?\s*(?:[“\"][^”\"]{1,20}[”\"]|uu\w+)\s*(?:网友|先生|女士)?\s*[:,]?"
    r"|(?:尊敬的)?(?:网友|网民|市民|来信人|先生|女士)(?:朋友)?\s*:"
    r"|\s*(?:您好|你好)\s*[:!,]?|[\s:]+)+"
)
_WORDS = re.compile(r"[\w]")


def substance(found: Sequence[Clause]) -> int:
    """Characters (letters, digits and 汉字) of the clauses that say something."""
    return sum(len(_WORDS.findall(clause.text)) for clause in found if not clause.empty)


def beside_referral(found: Sequence[Clause]) -> int:
    """Like `substance`, without the clauses that only say whom else to ask."""
    return sum(
        len(_WORDS.findall(clause.text))
        for clause in found
        if not (clause.empty or _SENT_AWAY.search(clause.text) or _CALL.match(clause.text))
    )


def handed_on(found: Sequence[Clause]) -> bool:
    """Whether some clause forwards the message, or says that it is being looked into."""
    texts = [_OPENING.sub("", clause.text) for clause in found if clause.empty]
    return any(_forwards(text) or _WAIT.match(text) for text in texts)


# Promises of effort: they may be meant, and tell the citizen nothing that can be checked.
# Search: 我们将加强巡查 | 进一步完善设施
# Not: 路灯已经修好
_SOFT = re.compile(
    r"加强|加大|进一步|积极|努力|争取|考虑|优化|力度|严格按照|高度|密切|不断|切实|全力|力争|大力|完善|提高|提升|收集|记录|参考|建议将|认真|充分|有序"
    r"|稳步|推进|重视|尽可能|最大限度|等待|关注|要求|督促"
)
_FIRM = re.compile(r"\d|已|了|完成|责令|不属于|不能|可以|符合|不予|规定|《|因为|由于")


def soft(found: Sequence[Clause]) -> int:
    """Characters of clauses that hold only promises of effort, nothing firm."""
    return sum(
        len(_WORDS.findall(clause.text))
        for clause in found
        if not clause.empty and _SOFT.search(clause.text) and not _FIRM.search(clause.text)
    )


# What proves each part; the first match within a clause that says something counts.
# Search: 经现场核实 | 到现场查看 | 您反映的情况属实
# Search: 据了解 | 检测结果 | 截至目前 | 现已停用两台 | 由于连日下雨
# Not: 经常停水
FACTS = re.compile(
    r"经(?:过)?[^,。]{0,24}?(?:核实|调查|核查|了解|查(?:看|询|明|证|勘|实)?(?=[,:。]|$)|勘查|勘察|查勘|踏勘|排查|询问|沟通|联系|检测|鉴定|咨询)"
    r"|据(?:查|了解|悉|核实|调查|统计)|经查"
    r"|(?:到|赴|前往|抵达|赶到|赶赴|至)[^,。]{0,24}?(?:现场|实地)[^,。]{0,16}"
    r"|(?:现场|实地)(?:查看|勘查|勘察|核实|检查|调查|踏勘|走访|察看|查勘|了解|查验)"
    r"|(?:调查|核实|检查|勘查|检测|走访|询问)(?:发现|了解到|得知|显示|后|结果)"
    r"|(?:情况|问题|反映的内容)?(?:基本|部分|完全|均)?(?:属实|不属实|与事实不符)"
    r"|确实?存在"
    r"|截[止至][^,。]{0,14}(?:年|月|日|目前|底)"
    r"|(?:目前|现阶段|现)(?:为|有|已|正|该|正在|尚未|暂未)[^,。]{2,40}"
    r"|(?:由于|因|因为)[^,。]{4,40}"
)
# Search: 依据《物业管理条例》 | 按照有关规定 | 第二十条
# Search: 某政发〔2025〕11号 | 政策明确规定
# Not: 按时完成 | 《致业主的一封信》
LAW = re.compile(
    r"《[^》]{2,60}(?:法|法典|条例|规定|办法|细则|意见|通知|规范|标准|方案|规程|规则|决定|规划|公告|目录|纲要|制度|计划|合同)[^》]{0,12}》"
    r"|[一-鿿]{1,8}[〔\[【(﹝](?:19|20)\d{2}[〕\]】)﹞]\s?第?\d{1,4}号|第[一二三四五六七八九十百零\d]{1,6}条"
    r"|(?:根据|依据|按照|依照|按|遵照|参照|结合)[^,。]{0,24}(?:规定|政策|文件|法律|法规|条例|办法|标准|规范|细则|要求|规划|精神)"
    r"|(?:政策|法律|法规|文件)(?:明确)?规定"
)
# Search: 责令商户停业 | 已安排人员修复 | 立即组织抢修人员 | 请携带身份证
# Search: 整改到位 | 到服务大厅办理 | 多次上门 | 召开协调会
# Not: 尚未修复
HANDLING = re.compile(
    r"责令|责成|约谈|立案|罚款|处罚|行政处罚|查处|查封|扣押|取缔|通知书|批评教育|严肃批评|督促|整改(?:到位|完毕|完成)?|限期|劝导|劝诫"
    r"|(?:已|已经|均已|现已|并已|业已)[^,。]{0,16}?(?:要求|安排|组织|完成|清理|拆除|修复|更换|维修|联系|启动|纳入|列入|协调|对接|派|关停|告知|解决|恢复|停止|制定|启用|开通|办理|召开|建成|退还|发放|取消|撤|整治|实施|采取|增加|调整|安装|设置|补|约定|达成|进场|投入|清运|验收|处理到位)"
    r"|(?:立即|迅速|当即|随即|当场|当天|第一时间)(?:组织|安排|进行|要求|前往|派|对|联合|开展|到|赶)[^,。]{2,40}"
    r"|(?:到|凭|持|在|向|去|前往)[^,。]{1,30}?(?:办理|申请|申领|提交|登记|领取|咨询|报销|查询|缴纳|补缴|投诉|举报|备案|认证)"
    r"|(?:需|须|需要|应|请|可|可以|只需)(?:您|你|由|先|要)?[^,。]{0,12}?(?:携带|提供|提交|凭|持|准备|办理|申请|下载|登录|拨打|到)[^,。]{2,30}"
    r"|(?:多次|先后)[^,。]{0,20}(?:协调|组织|召开|上门|对接|督促|整治)"
    r"|召开[^,。]{0,20}会"
    r"|(?:要求|安排|组织)[^,。]{4,40}"
)
# Search: 下一步更换管道 | 计划年底完工 | 正在办理手续
# Search: 拟于年底动工 | 将更换管道 | 会继续巡查 | 待雨停后
# Not: 本来就坏了
PLAN = re.compile(
    r"承诺|保证|下一步|下阶段|接下来|今后|后续|后期|下步|预计|计划|拟(?:于|在|定|将|对|进|由)|将(?!来)|争取|有望|会(?:进一步|继续|加强|同时|尽)"
    r"|待[^,。]{2,20}(?:后|时|完成)"
    r"|正在[^,。]{2,30}|尽快|逐步"
)
_NUMERAL = r"[\d一二两三四五六七八九十]"
# Search: 2025年12月底 | 三个工作日内 | 明年一季度 | 月底前
# Search: 3月5日 | 本周五 | 下午5点前 | 2025-11-03 | 3至5月 | 明早
# Not: 国发2025号 | 十天
DATE = re.compile(
    rf"(?:19|20)\d{{2}}\s?年(?:\s?{_NUMERAL}{{1,3}}\s?月)?(?:\s?{_NUMERAL}{{1,3}}\s?[日号])?(?:[上下]半年|[年月]?[底末初中旬前内]|第?[一二三四]季度)?"
    rf"|(?:今|明|后|本|来|当)年(?:[上下]半年|{_NUMERAL}{{1,2}}月|[底末初内]|第?[一二三四]季度)"
    rf"|(?<![\d年]){_NUMERAL}{{1,2}}\s?月(?:\s?{_NUMERAL}{{1,3}}\s?[日号]|底|初|末|中旬|上旬|下旬|份|前|内)"
    rf"|{_NUMERAL}{{1,3}}\s?个?(?:工作日|小时|天|日|周|星期|月|季度)(?:之?内|以内|左右|后)"
    r"|(?:本|下|这|当)(?:周|月|季度|个月|星期)(?:[内底末前一二三四五六日天])?"
    r"|(?:今|明|后|当)[晚早]|(?:今|明|后)天"
    r"|(?<!\d)\d{1,2}\s?[点时](?:半|\d{1,2}分)?(?:前|左右|起)"
    r"|年内|年底前?|月底前?|春节前|国庆前|汛期前|雨季前"
    r"|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}"
    r"|(?:明|后|今)天"
    rf"|{_NUMERAL}{{1,2}}[-—至到]{_NUMERAL}{{1,2}}月"
)
# Search: 预计下周 | 12月底完工 | 3日前修好
# Not: 去年坏了
_FUTURE = re.compile(
    r"将|预计|计划|拟|争取"
    r"|之?前(?:完|启|开|竣|交|到|落|办|动|整|修|建|投|通|解|给|全)"
    r"|完成|完工|竣工|开工|启动|动工|建成|投入|通车|开通|交付|到位|可|实施|改造|答复|回复|反馈|恢复|修好|付清|退还|结束|亮|年底|月底|内|前"
)
# "12月10日前退还": a date to be met, whatever word stands before it.
_DUE = re.compile(
    r"[\d一二三四五六七八九十年月日号个工作天底周]{2,14}(?:之?前|之?内|以内)(?![^,。]{0,8}(?:已|曾|未|了))[^,。已曾]{2,}"
)
_PAST = re.compile(r"(?:19|20)\d{2}年[^,。]{0,8}?(?:已|曾|起|以来|,我|接到|收到)|^(?:自|从)")
# Search: 联系电话:0123-1234567 | 咨询热线12345 | 联系人:小王
# Not: 电话一直打不通 | 反映于2025年11月
CONTACT = re.compile(
    r"(?:电话|热线|致电|拨打|手机|座机|联系方式|号码|咨询|联系|传真)[^。\n]{0,40}?(?P<number>\(?0?\d{2,4}\)?\s?[-—–―]{0,2}\s?\d{3,8}(?:[-—]\d{3,8}){0,2}|1\d{10}|1\d{4}|\d{5})(?!\d|[年月元号])"
    r"|(?<![\d〔\[])0\d{2,3}\s?[-—–]{1,2}\s?\d{4,8}(?:-\d{4,8})?(?!\d)"
    r"|(?:联系人|地址)[:为是][^,。\n]{2,40}"
)


def first(pattern: re.Pattern[str], found: Sequence[Clause], folded: str) -> Proof | None:
    """The first match of the pattern in a clause that says something."""
    for clause in found:
        if not clause.empty:
            match = pattern.search(folded, clause.start, clause.end)
            if match and match.end() > match.start():
                return Proof(match.start(), match.end())
    return None


def contact(folded: str) -> Proof | None:
    """A telephone number with the word that makes it one, or a named person or address."""
    match = CONTACT.search(folded)
    return Proof(match.start(), match.end()) if match else None


def next_step(found: Sequence[Clause], folded: str) -> Proof | None:
    """What comes next, with its date or period: the clause of the date."""
    for before, clause in pairwise((None, *found)):
        if clause is None or clause.empty:
            continue
        begins = before.start if before is not None and before.sentence == clause.sentence else clause.start
        text = folded[begins : clause.end]
        for match in DATE.finditer(folded, clause.start, clause.end):
            rest = folded[match.start() : clause.end]
            if _PAST.search(rest) or (_PAST.search(clause.text) and not PLAN.search(rest)):
                continue
            due = _DUE.match(rest) is not None
            if due or (PLAN.search(text) and _FUTURE.search(rest)):
                return Proof(clause.start, clause.end)
    return None


def plan(found: Sequence[Clause], folded: str) -> Proof | None:
    """What comes next, with or without a date."""
    return first(PLAN, found, folded)


# Words that promise without a date.
# Search: 尽快修复 | 条件成熟后实施 | 近日将派人 | 有关部门会处理
# Not: 近日多雨 | 有关部门已经处理
VAGUE = re.compile(
    r"近期|近段时间|近日(?=[^,。]{0,6}将)|不日|尽快|尽早|早日|适时|逐步|逐渐|择机|择期|抓紧(?:时间)?|陆续|稍后"
    r"|条件(?:成熟|允许|具备)(?:后|时|的情况下)?"
    r"|时机成熟|(?:统筹|一并|酌情|认真|综合)考虑|加以考虑|有序推进|积极争取|研究考虑|视情况?|有关部门(?=会|将)"
)
_OF_TIME = frozenset({"近期", "近段时间", "陆续", "逐渐"})
"""They tell of the past as often: a promise only beside a word of one."""
# Search: 将更换路灯 | 安排人员维修
# Not: 前几天下雨
_PROMISED = re.compile(
    r"将|会|拟|要|争取|予以|加以|安排|计划|待|推进|解决|完善|处理|办理|整改|改造|实施|修|建|启动|开通|投入|落实|联系|答复|回复|反馈|研究|考虑|督促"
    r"|组织|进行|协调|到位|优化|推广|完成|动工|施工|清理|更换|恢复|加强|提高"
)
# Search: 请您耐心等 | 您提出的 | 问题已经
# Not: 我局计划
_NOT_OURS = re.compile(
    r"(?:请|建议|希望|望|提醒|要求|欢迎|呼吁)(?:您|你|大家|市民|业主|居民|当事人|群众)[^,。]{0,16}$"
    r"|您(?:提出|反映|希望|要求)[^,。]{0,24}$"
    r"|已$|已经$"
    r"|(?:以来|起)[^,。]{0,6}$"
)
_DONE = re.compile(r"^[^,。]{0,8}(?:已经?|曾|降雨|天气|雨|连续|持续|收到|接到|来信|发现)|^[^,。]{0,14}(?:了$|过$)")
_NEAR = 28
"""Characters between a vague word and the date that makes it exact."""


def vague(found: Sequence[Clause], folded: str) -> tuple[Proof, ...]:
    """Promises without a date nearby (in the same sentence), as spans of the vague words."""
    held = []
    sentences: dict[int, tuple[int, int]] = {}
    for clause in found:
        sentences[clause.sentence] = (sentences.get(clause.sentence, (clause.start, 0))[0], clause.end)
    for clause in found:
        for match in VAGUE.finditer(folded, clause.start, clause.end):
            before, after = folded[clause.start : match.start()], folded[match.end() : clause.end]
            if _NOT_OURS.search(before) or _DONE.search(after):
                continue
            if match.group() in _OF_TIME and not _PROMISED.search(before + after):
                continue
            if not _dated(sentences[clause.sentence], folded, match):
                held.append(Proof(match.start(), match.end()))
    return tuple(held)


def _dated(sentence: tuple[int, int], folded: str, match: re.Match[str]) -> bool:
    start = max(sentence[0], match.start() - _NEAR)
    end = min(sentence[1], match.end() + _NEAR)
    return any(_FUTURE.search(folded[date.start() : end]) for date in DATE.finditer(folded, start, end))


# Search: 不属于我局职责范围 | 我镇无权处理 | 此事由供电公司负责
# Search: 这条路不归我镇管
# Not: 属于我局职责范围
_NOT_MINE = re.compile(
    r"(?:不属于?|不是|并非|超出|不在|非)[^,。]{0,6}?(?:我|本)?(?:局|办|委|镇|街道|单位|部门|中心|县|区|市|司|公司|院|队|社区|辖区|们)?的?[^,。]{0,10}?(?:职责|职能|管辖|权限|管理范(?:围|畴)|业务范围|受理范围|管理权限|范畴|辖区|负责范围)"
    r"|(?:我|本)(?:局|办|镇|街道|单位|部门|中心|司)(?:无权|没有权限|不负责|无法受理|管不了|无此职能|无执法权)"
    r"|不归(?:我|本)[^,。]{0,6}(?:管|负责)"
    r"|(?:属|归|由)(?:于)?[^,。我]{2,14}(?:管辖|负责|管理|职责|主管)(?:范围)?$"
    r"|由其主管单位"
)
# Search: 请您向供电公司反映 | 建议咨询社保窗口 | 详情请咨询服务大厅
# Search: 可直接与物业协商
# Not: 我们已向供电公司反映
_SENT_AWAY = re.compile(
    r"(?:请|建议|可|可以|应|需|烦请|须)(?:您|你|市民|网友|当事人|业主|来信人)?(?:直接|自行|具体|另行|再|及时|先|带[^,。]{0,8})?(?:向|到|与|和|找|去|致电|拨打|咨询|联系|前往|通过)[^,。]{1,36}?(?:反映|咨询|投诉|联系|举报|了解|申诉|报告|求助|询问|沟通|处理|解决|答复|报警|电话)"
    r"|(?:请|建议)[^,。]{0,24}(?:咨询|联系|致电|拨打)[^,。]{2,30}"
    r"|可以?直接(?:向|到|与)[^,。]{2,30}"
    r"|详情请(?:咨询|联系)"
)
# Match: 联系电话:0123-1234567 | 请拨打服务热线
# Not: 接到您的电话
_CALL = re.compile(
    r"(?:联系|咨询|监督|办公)?(?:电话|热线|方式)?[: ]*[\d() —–-]{5,40}(?:年[\d月日]*)?$|请?(?:您|你)?(?:可以?)?(?:直接)?拨打[^,。]{0,30}$"
)
_OURSELVES = re.compile(r"与我|我们|我局|我办|本局|本单位|我单位|我镇|我街道|我院|我公司|如有|如果您|若您|如您")
# Search: 已将您的问题转交街道 | 会与供电公司协调
# Not: 请自行联系街道
_HELPED = re.compile(
    r"(?:已|将|会|并)[^,。]{0,16}(?:转交|转办|转给|转至|移交|移送|转送|函告|去函|致函|发函|上报|汇报|协调|对接|联系|告知|反馈给|交由|督促)"
)
_BESIDE = 60
"""Characters around "not ours" within which handing it on makes up for it."""


class Away(Struct, frozen=True, gc=False):
    """Sending the citizen elsewhere: where it says so, whether it disclaims, and the content that remains without it."""

    where: Proof
    disclaims: bool
    helped: bool
    rest: int


def away(found: Sequence[Clause], folded: str) -> Away | None:
    """The first clause that sends the citizen elsewhere; None when none does."""
    where: Clause | None = None
    disclaims = False
    rest = 0
    for clause in found:
        not_mine = _NOT_MINE.search(clause.text)
        if not_mine or (_SENT_AWAY.search(clause.text) and not _OURSELVES.search(clause.text)):
            if where is None or (not_mine and not disclaims):
                where = clause
            disclaims = disclaims or bool(not_mine)
        elif not clause.empty and not CONTACT.search(clause.text):
            rest += len(_WORDS.findall(clause.text))
    if where is None:
        return None
    near = folded[max(0, where.start - _BESIDE) : where.end + _BESIDE]
    return Away(Proof(where.start, where.end), disclaims, bool(_HELPED.search(near)), rest)
