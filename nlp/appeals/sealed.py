"""保密件: which messages are never public, and for whose sake. Two sorts, and for each a table of rules.

`informant`: who reports a recognisable official or office for a breach, who knows it from inside, who fears reprisal or asks
for secrecy. `person`: violence at home, self-harm, sexual violence, a recognisable minor or patient who is the main figure.
Nothing wider: a disputed decision, rudeness at a counter, a company or a neighbour reported are ordinary. Sources: 信访工作条例
(2022) art. 17 and 45, 监察法 art. 64, 反家庭暴力法 art. 5, 未成年人保护法 art. 4 and 103, 精神卫生法 art. 4, 民法典 art. 1226.

A miss shows what must not be shown, a false alarm only hides: where a rule is in doubt, it seals.
Every pattern has bounded gaps and every sign looks at a span of fixed length, so that time grows with the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from itertools import islice

from msgspec import Struct


class SealedSort(StrEnum):
    """For whose sake a message is sealed. The values are what `python -m nlp understand` prints."""

    INFORMANT = "informant"
    """举报人: the authorities accused must not learn who wrote."""

    PERSON = "person"
    """当事人: who is told of must not be recognised by others."""


class SealingRule(Struct, frozen=True):
    """One ground for sealing: where `sign` stands, `holds` decides with the text and the sign's span. `example` is sealed by it."""

    sort: SealedSort
    name: str
    sign: re.Pattern[str]
    holds: Callable[[str, int, int], bool]
    example: str
    official: bool = False
    """Whether an official or an office must be named somewhere for it."""


def sealed_sort(folded: str) -> SealedSort | None:
    """For whose sake a folded message is sealed; None for an ordinary one. Whoever must be saved comes before the informant."""
    found = ground(folded)
    return found.sort if found is not None else None


def only_asks_secrecy(folded: str) -> bool:
    """Whether a short folded message asks for secrecy, or says whom its writer fears, and tells nothing besides."""
    rest = _REPRISAL.sub("", _SECRECY.sub("", folded[:_SHORT]))
    return len(folded) <= _SHORT and rest != folded and len(_FILLERS.sub("", rest)) <= _LITTLE


_SHORT, _LITTLE = 40, 2
# Search: 谢谢 | 不要告诉别人
# Not: 贪污
_FILLERS = re.compile(
    r"你们|他们|她们|别人|对方|反映|举报|投诉|告诉|谢谢|多谢|拜托|麻烦|一定|千万|身份|名字|姓名|信息|我|你|您|他|她|是|的|说|报|帮|请|也|还|就|啊|哦|吧|了|们|一下"
    r"|[^a-z\d\u3400-\u9fff]"
)
"""What stands around a wish for secrecy and tells of nothing that happened."""


def ground(folded: str) -> SealingRule | None:
    """The first rule that seals the folded message; None when none does."""
    named = _WHO.search(folded) is not None
    return next((rule for rule in RULES if (named or not rule.official) and applies(rule, folded)), None)


def applies(rule: SealingRule, text: str) -> bool:
    """Whether one rule seals the folded text."""
    return any(rule.holds(text, *match.span()) for match in islice(rule.sign.finditer(text), _SIGNS))


_SIGNS = 48
"""Signs of one rule that are looked at: no honest message has so many that all of them say nothing."""


# What stands between two words of one sentence.
_IN = "[^。!?;\\n]"
# What stands between two words of one clause.
_NEAR = "[^,。!?;:\\n]"
_SPAN = 48
"""Characters before and after a sign within which the rest is looked for."""


def _always(_text: str, _start: int, _end: int) -> bool:
    return True


def _before(text: str, start: int) -> str:
    return text[max(0, start - _SPAN) : start]


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _SPAN) : end + _SPAN]


# --- Officials and offices -------------------------------------------------------------------------------------------

_ROLE = (
    r"(?:村|支部?|社区|党委?|总支|县委|镇委|乡|镇|市委|区委)?书记(?!员)"
    r"|支书|村主任|村长|村官|村干部|村会计|村文书|村两委|组长"
    r"|(?:社区|居委会?|街道办?|村委会?|人大|政协|办公室|信访办|征收办|拆迁办|管委会|镇|乡|局|中心|所)副?主任"
    r"|[局县区市镇乡所站厅处科股州]长|(?:中队|大队|城管|交警|执法|支队)(?:的?副?队)长|民警|交警|辅警|协警|警察|警官|法官|法警|检察官|书记员"
    r"|(?<!复员)(?<!军转)(?<!转业)(?<!退休)(?<!离休)干部"
    r"|公务员|官员|城管队员|执法(?:人员|队员|队)|(?<!家)校长|院长|科主任|办事员|办案人|检疫员|验收(?:的?人|员)|监考|考官|一把手|村文书|检疫|监督员|接线员"
    r"|(?:站|所|队|局|办|科|政府|镇里|县里|乡里|单位|验收|值班|审批|征收|执法)的?(?:工作)?(?:那个?|老.)?(?:人(?!大|民|们|社|口|力)|人员|领导)"
    r"|土管所的老."
    r"|(?<![班业间室部目院店科])主任(?!医师|药师|护师|中医师)"
    r"|(?<!公司)(?<!公司的)会计|人大代表|领导干部"
    r"|(?:局|所|站|镇|政府|委|办|机关)(?:里|的|上)?(?:某?领导|(?:工作)?人员|那?个?人)"
)
_OFFICE = (
    r"派出所|法院|检察院|(?:镇|乡|县|区|市|村|当地)政府|街道办|村委会?|居委会?|民政所|财政所|国土所|司法所|税务所|车管所|工商所|规划所|自然资源所|农经站|水利站|农机站|征收办"
    r"|拆迁办|信访办|指挥部|管委会|交警队|执法队|城管队|城管"
    r"|(?:公安|教育|民政|交通|住建|城管|水利|水务|卫健|财政|税务|环保|人社|社保|信访|"
    r"司法|林业|农业农村|农业|市监|市场监管|国土|规划|审计|统计|文旅|应急|医保|自然资源|房管|执法|工商|质监|烟草|气象|粮食|供销)局"
    r"|[某这那你贵]们?局"
)
# Search: 村支书 | 镇政府的人 | 派出所
# Search: 镇书记 | 社区副主任 | 城管的队长 | 乡干部 | 住建局
# Not: 班主任老师 | 隔壁邻居
_WHO = re.compile(f"{_ROLE}|{_OFFICE}")
# Search: 村主任 | 城管队员 | 镇里的领导
# Search: 镇书记 | 社区主任 | 执法队长 | 乡干部 | 所里工作人员
# Not: 车间主任 | 镇政府大楼
_PERSON_IN_OFFICE = re.compile(_ROLE)
# The one written to, or asked to act, is not the one accused.
_ADDRESSED = re.compile(
    r"(?:请|望|求|建议|要求|恳请|呼吁|感谢|谢谢|表扬|找过?|问过?|打给|报给|反映给|尊敬的|致|通知)[^,。!?;:\n]{0,9}$"
)
# Match: 查处这家店 | 您好 | 能出面协调
# Not: 收了五千块
_ASKED_TO_ACT = re.compile(
    rf"^{_NEAR}{{0,4}}(?:不管|没管|没人管|不来|查处|查一查|查查|查一下|出面|介入|严查|彻查|核查|调查|处理|监管|管管|来管|取缔|派人|您好|你好)"
    r"|^[,:]?(?:您好|你好)|^[们]?:"
)
_SOME = re.compile(r"(?:有些|某些|个别|一些|有的|部分|少数|极少数)[^,。!?;:\n]{0,4}$")
"""Nobody can be recognised by these."""

# Search: 贪污低保款 | 把工程安排给小舅子 | 补偿款进了自己腰包
# Search: 私自出租 | 扣了补助款一半 | 透露给被举报人 | 上班时间喝酒
# Not: 补偿款还没发
_BREACH = re.compile(
    r"贪(?:污|了|掉|腐|官|走|钱)|受贿|行贿|索贿|贿赂|挪用|侵占|截留|克扣|私吞|侵吞|私分|瓜分|中饱私囊|冒领|套取|骗取|虚报|谎报|倒卖|优亲厚友|以权谋私|谋取私利|谋私|利益输送"
    r"|权钱|徇私|枉法|包庇|保护伞|撑腰|滥用职权|利用(?:职务|职权)|吃拿卡要|吃喝|回扣|好处|红包|送礼|收礼|索要|勒索|公款|公车|私用|私卖|小金库|暗箱|猫腻|黑幕|假账|账目|做手脚"
    r"|造假|弄虚作假|渎职|玩忽职守|失职|乱作为|作风问题|情妇|包养|嫖|赌博|打麻将|酒驾|打人|殴打|动手打|通风报信|官商|勾结|勾搭|串通|伙同|关系户|走后门|吃空饷|吃低保|乱收费"
    rf"|乱罚款|钱不入账|不入账|违规收|私自(?:卖|分|处理|出租|出售|转让|扣|收)|低价(?:卖|承包|转让)|偏袒|顶替|泄露{_NEAR}{{0,6}}举报|喝酒{_NEAR}{{0,3}}开"
    rf"|(?:扣|吞|分|占)了?{_NEAR}{{0,8}}(?:一半|补偿款?|补助款?|补贴|低保|救助|征地款|工程款|集体)"
    rf"|(?:装|进|落|揣|流)(?:进|入|到|了|在)?{_NEAR}{{0,6}}(?:腰包|口袋|兜)"
    rf"|(?:给|包给|转到|转给|安排|照顾|留给|卖给|批给){_NEAR}{{0,8}}(?:亲戚|亲属|亲友|兄弟|小舅子|老婆|媳妇|儿子|女儿|自己人|自家|弟弟|哥哥|侄|外甥|老板|熟人|外人)"
    r"|(?:直接)?(?:给|告诉|交给|透露给)了?(?:被举报|被反映|被告)"
    r"|自己(?:批的|分了|拿了|占了|吃了)|没人敢管|被告的饭|敢怒不敢言"
    rf"|上班(?:时间)?{_NEAR}{{0,6}}(?:喝酒|炒股|打牌|睡觉|赌)"
)
# Search: 公车私用 | 不送红包就不给签字 | 上班时间打麻将
# Search: 花钱买的科长 | 暗示送钱 | 站长的位子明码标价 | 办证得送两条烟
# Not: 上班时间没人接电话
_EVIDENT = re.compile(
    r"买官|卖官"
    r"|(?:花钱|拿钱)买的?[^,。!?;:\n]{0,3}(?:科|处|长|官|编)"
    r"|官帽|校长帽子"
    r"|暗示[^,。!?;:\n]{0,6}(?:送|给|请|转|表示)"
    r"|茶水钱|辛苦费|跑手续|公家的?(?:钱|车)|公款|公车私用|吃空饷|小金库|保护伞|受贿|索贿|行贿|权钱交易|以权谋私|优亲厚友|吃拿卡要|滥用职权|徇私|枉法|村霸|三公经费|八项规定"
    r"|见面礼|协调费|好处费|买分|(?:围|串|陪)标|萝卜坑|内定|近亲繁殖|裙带"
    r"|(?:站|科|局|所|股|校|院|镇|乡)长[^,。!?;:\n]{0,4}明码标价"
    r"|上班(?:时间)?[^,。!?;:\n]{0,10}(?:炸金花|打牌|打麻将|麻将|喝酒|赌)"
    r"|(?:不给|不塞|不送)[^,。!?;:\n]{0,5}(?:就|不)[^,。!?;:\n]{0,3}(?:签字|盖章|批|办|拖|脱着|发证|验收|通过|排)"
    r"|(?:办|批|评)[^,。!?;:\n]{0,8}(?:要|得|必须)(?:塞|送|给)[^,。!?;:\n]{0,6}(?:烟|条|红包|钱|礼|华子)"
)
"""What only somebody in office can do: no doer need be named."""
_PRAISED = re.compile(
    r"感谢|谢谢|感激|点赞|大快人心|干得漂亮|变好|服气|表扬|真好|了结|没留名字|才像|干净多了|赞[,。!?]?$|请问|能不能解释|影响期|处分"
)
# Search: 村主任把集体的地租给自己 | 会计用公章开假条 | 所长名下有三套房
# Not: 村主任把问题记下了
_BY_DOING = re.compile(
    rf"(?:{_ROLE}){_NEAR}{{0,14}}?(?:把(?!关|事情?(?:说|讲|办)|问题)|将(?!来|于|会)|拿(?:去|来|回|走|着|我|他)|扣了?|用(?:公|国|集体|我|药|假)|借给|一句话|指使|指定|介绍的|暗示|逼|强迫|"
    rf"(?:让|叫)(?!我?们?{_NEAR}{{0,4}}(?:找|打|问|等|去|来|写|填|联系|反映|拨|咨询|报|办|走|向|到|拍|发|提供|交材料))|停了?我|名下|豪车|保时捷|别墅|几?套房|炒股|放贷|吃利息|编的|编造)"
)
"""A person in office as the doer: what he takes, gives away, has others do, or owns."""
# Search: 维修基金被拿去炒股 | 扶贫款对不上 | 私家车油票拿去报销,加油费冲抵公款
# Not: 维修基金怎么申请
_FUNDS = re.compile(
    r"(?:伙食费|营养餐|捐款|维修(?:基)?金|供养金|补助|补贴|低保|新农保|医保|集体|公章|公家|专项|扶贫|善款|救济|工程款|征地款|补偿款?|拆补款)[^。!?\n]{0,20}?(?:借给|拿去|拿来|炒股|放贷|发福利|打(?:到|在)?自己|自己卡|冲抵|虚报|凑数|"
    r"没有?进账|对不上|不翼而飞|被?吃了|吞了|截留|挪)"
    r"|(?:私家车|加油费|旅游费)[^。!?\n]{0,12}(?:冲抵|报销)"
)
"""Public money that went elsewhere."""
# Search: 一查就提前关门 | 每次来前都收拾好 | 年年检查年年合格
# Search: 查过几次都说合格 | 事先打电话 | 钱从哪里来 | 财产超过收入
# Not: 检查结果合格
_TIPPED = re.compile(
    r"(?:一查|来查|检查|来之?前|要来)[^。!?\n]{0,8}(?:就?提前|先打电话|就跑|就知道|就收|都合格)"
    r"|每次来前|年年(?:检查)?[^。!?\n]{0,4}年年合格|查过[^。!?\n]{0,5}(?:都说|都是)合格"
    r"|(?:提前|事先)[^,。!?\n]{0,6}(?:报信|打了?电话)"
    r"|护着(?!孩子)|官官相护|钱(?:是)?(?:从)?哪(?:里)?(?:来|冒)|查查来路|财产[^,。!?\n]{0,6}(?:超过|来源)"
)
"""Somebody in office warned who was to be inspected, or owns what no pay explains."""
# Search: 村主任的小舅子包了工程 | 他爸是镇长
# Not: 村主任让我带亲戚去办证
_FAVOURED = re.compile(
    rf"(?:{_ROLE})[^,。!?;:\n我你您咱去来]{{0,3}}(?:小舅子|大舅哥|连襟|小姨子|侄|外甥|亲家|亲戚|亲属|老婆|媳妇|兄弟|弟弟|哥哥|表[哥弟姐妹]|堂[哥弟]|情人|相好|女婿|儿子|嫂子)"
    rf"|(?:老婆|爸爸?|父亲|爹|老公|哥哥?|舅舅|叔叔|亲戚|他[妈爸叔舅哥])(?:就)?是{_NEAR}{{0,8}}(?:{_ROLE})"
)
"""Kin of somebody in office, told of with what they got."""
# Search: 开公车去钓鱼 | 收了两条烟 | 威胁要打我
# Search: 他家的亲戚 | 没有收据
# Not: 收了材料
_MISCONDUCT = re.compile(
    r"茅台|公车|钓鱼|ktv|唱歌|温泉|度假|会所|游艇|高尔夫|威胁|恐吓|放话|骂我全家|伪造|编造|造假|代签|袒护|通风|透风|摊派|强收|霸占|横行|欺压|鱼肉|称霸|停课|刁难|明码标价|提成"
    r"|返点|入股|干股|经商|兼职|挂名|白条|没有?收据|大办|过寿|随礼|礼金|摆了|红木|不上账|不入账|多报|少报|截了|扣下|私下|串供|隐瞒|超生|重婚|出轨|姘|改年龄|拉票|贿选|买票"
    r"|发烟|推搡"
    r"|(?:他|自己|自家|他们)家?的?(?:小舅子|侄|外甥|亲戚|老婆|媳妇|兄弟|弟弟|哥哥|儿子|女婿|儿媳)"
    r"|(?:收|拿|塞|送|打到|打给|转给|孝敬)了?[^,。!?;:\n]{0,8}(?:[\d一二两三四五六七八九十百千几]{1,4}[百千万块元条桌]|(?<!浪费)钱|购物卡|烟|酒|礼|红包|现金)"
)
"""Weaker signs: only of a person in office, in the same sentence."""
_TO_THE_WATCHDOG = re.compile(
    r"(?:纪委|监委|监察委|纪检|巡[视察]组|督察|扫黑办)[^,。!?;:\n]{0,6}(?:[:,]|同志|领导|您好|你好|来查|查一?查|介入)"
)
"""A letter to who watches over officials, by its opening."""
# Search: 收了我两千块 | 要请吃饭 | 要了我两百块钱才办
# Not: 收费标准贴在墙上
_MONEY = re.compile(
    rf"(?:收(?!取|费|据|入|缴|到)|拿(?!不)|吃|塞|送(?!卡))(?:了|过|受)?{_NEAR}{{0,14}}(?:钱|礼|烟|酒|卡|的饭|几?[\d一二两三四五六七八九十百千几]{{1,4}}[百千万块元])"
    r"|(?:暗示|要)[^,。!?;:\n]{0,4}请[^,。!?;:\n]{0,2}吃饭"
    r"|要(?:了|过)?(?:我|人家)?[^,。!?;:\n]{0,4}钱才"
    r"|收钱"
)
"""Money and presents: a breach only where the official stands close by."""
_IF_ASKED = re.compile(r"(?:可否|能否|是否|会不会|有没有|不得|严禁|禁止|防止|杜绝)[^,。!?;:\n]{0,4}$")


def _accused(text: str, start: int, end: int) -> bool:
    """Whether the office or official at [start, end) is told of as a doer, and can be recognised."""
    before = text[max(0, start - 14) : start]
    return (
        _ADDRESSED.search(before) is None
        and _SOME.search(before) is None
        and _ASKED_TO_ACT.match(text, end, end + 12) is None
    )


def _done_by_office(text: str, start: int, end: int) -> bool:
    """Whether a breach has an official or an office as its doer: said before it in reach, or right after it."""
    return _doer_within(text, start, end, _SPAN)


def _paid(text: str, start: int, end: int) -> bool:
    """Whether an official stands close to money that is taken or given."""
    return _doer_within(text, start, end, _CLOSE) or _GIVEN.match(text, start, min(len(text), end + 12)) is not None


_CLOSE = 22
"""Characters within which an official is the one who takes the money told of."""


def _not_praised(text: str, _start: int, _end: int) -> bool:
    return _PRAISED.search(text) is None


def _favoured(text: str, start: int, end: int) -> bool:
    if len(text) >= _LETTER and start >= _STORY:
        return False
    return _not_praised(text, start, end) and _accused(text, start, start + 1)


_LETTER, _OPENING, _STORY = 200, 80, 160
"""Characters: in a longer text the main figure is in the opening, or comes again; what is told late is told by the way."""
_REACH = 32


def _to_the_watchdog(text: str, start: int, end: int) -> bool:
    return start < 12 and _not_praised(text, start, end) and "建议" not in text[: end + 40]


def _misconduct(text: str, start: int, end: int) -> bool:
    """Whether a person in office is told of in the same sentence, before or after."""
    if len(text) >= _LETTER and start >= _STORY:
        return False
    first, after = max(0, start - _REACH), min(len(text), end + 16)
    first = max(first, *(text.rfind(stop, first, start) + 1 for stop in "。!?\n"))
    return _not_praised(text, start, end) and any(
        _accused(text, *who.span()) for who in _PERSON_IN_OFFICE.finditer(text, first, after)
    )


def _doer_within(text: str, start: int, end: int, reach: int) -> bool:
    first = max(0, start - reach)
    first = max(first, *(text.rfind(stop, first, start) + 1 for stop in "。!?;\n"))
    if _IF_ASKED.search(text, max(0, start - 8), start) or not _not_praised(text, start, end):
        return False
    before = any(_accused(text, *who.span()) for who in _WHO.finditer(text, first, min(len(text), start + 6)))
    return before or _IT_WAS.match(text, end, min(len(text), end + 36)) is not None


# Match: 的是车管所的人 | 这些钱的都是村干部
# Not: 的是我邻居
_IT_WAS = re.compile(rf"{_IN}{{0,16}}?(?:的|就|都|全)是{_NEAR}{{0,8}}?(?:{_ROLE}|{_OFFICE})")
"""The doer named after the deed: 收钱的是车管所的人."""
# Match: 送给所长 | 塞给村主任
# Not: 送给邻居
_GIVEN = re.compile(rf"(?:送|塞){_NEAR}{{0,4}}?(?:{_ROLE})")
# Search: 我要举报乡长 | 请严查这件事
# Not: 举报电话是多少 | 怎么举报
_ACCUSES = re.compile(
    r"(?:(?<!怎么)(?<!如何)(?:举报|检举|控告|告发|揭发|状告)(?!到|给|至|电话|信箱|了|后|过|平台|中心|信)|要告|"
    r"查一查|查一下|查查|严查|彻查|查处)"
)
_MANNERS = re.compile(r"态度|脸色|服务差|不耐烦|口气|推诿|电话打不通|没人接")


def _accuses_official(text: str, _start: int, end: int) -> bool:
    """Whether the words right after a verb of reporting name an official, for more than manners."""
    clause = re.split(r"[,。!?;:\n]", text[end : end + 20], maxsplit=1)[0]
    who = _PERSON_IN_OFFICE.search(clause)
    return who is not None and _MANNERS.search(text, end, end + 40) is None


_DUTY = re.compile(r"不作为|慢作为|违规|违法|违纪|腐败|以公谋私|乱来|欺压|欺负")


_REPORTS = re.compile(r"举报|检举|控告|告发|揭发")


def _duty_neglected(text: str, start: int, _end: int) -> bool:
    """Whether a weak word of breach is said of an office in the sentence of a verb of reporting."""
    near = text[max(0, start - 30) : start].rpartition("。")[2]
    verb = _REPORTS.search(near)
    return verb is not None and any(_accused(near, *who.span()) for who in _WHO.finditer(near, verb.end()))


# --- Insiders, relatives, secrecy -------------------------------------------------------------------------------------

_KIN = (
    r"(?:老公|丈夫|爱人|老婆|妻子|媳妇|男人|女人|男朋友|女朋友|男友|女友|前夫|前妻|对象|爸爸?|妈妈?|父亲|母亲|爹|老?娘|后爸|继父|继母|后妈|公公|婆婆|岳父|岳母|"
    r"儿子|女儿|闺女|孩子|小孩|娃|儿媳妇?|女婿|姐夫|妹夫|嫂子|哥哥?|姐姐?|弟弟?|妹妹?|爷爷|奶奶|姥姥|外婆|外公|孙子|孙女|侄子|侄女|叔叔?|舅舅?|姑姑|老人)"
)
# Search: 我是厂里的会计 | 我在食堂上班 | 知情人
# Search: 作为车间的安全员 | 我们公司 | 我老公在矿上上班 | 我是老板的妻子
# Not: 我在超市买菜
_INSIDE = re.compile(
    rf"(?:我|本人|俺|自己)(?:就|也|原|以前|曾)?(?:是|系|在|作为){_IN}{{0,14}}?(?:(?<!退休)(?<!下岗)(?:员工|职工|工人)|会计|财务|出纳|护士|护工|医生|司机|保安|厨师|服务员|内部|在职|安全员|技术员|质检|"
    r"班长|库管|销售|老师|保洁)"
    rf"|我(?:就|也|原来?|以前|曾)?在{_NEAR}{{0,10}}(?:厂|公司|店|院|矿|校|工地|食堂|仓库|单位|车间|作坊|企业|超市|场|站|这|那){_NEAR}{{0,2}}(?:里|上)?(?:上班|干活|打工|工作|做工|当)"
    rf"|作为{_NEAR}{{0,10}}(?:员工|职工|会计|财务|护士|护工|司机|保安|厨师|安全员|技术员|质检|内部人)"
    r"|(?:本人|我)在职|内部(?:员工|人员|人士|职工)|知情人|(?:前|离职)员工"
    r"|(?:我|俺|咱)们?(?:这?个?)(?:厂里?|公司|单位|老板|车间|矿上?|科室|医院|店里|食堂|工地|班组|仓库)"
    rf"|(?:我|俺){_KIN}(?:就)?在{_NEAR}{{0,10}}(?:上班|打工|当|干活|工作|做)"
    rf"|我(?:是|系)(?:被举报人|他|她|老板|法人|当事人|店主|村主任|书记){_NEAR}{{0,4}}(?:妻|夫|弟|兄|哥|姐|妹|亲戚|亲属|侄|外甥|儿|女|媳)"
)
# Search: 厂里偷排废水 | 食堂用过期肉 | 台账都是改过的
# Search: 检查一来就停工 | 卖学位名额
# Not: 厂里加班太多
_MISDEED = re.compile(
    r"偷排|偷倒|偷税|漏税|逃税|造假|假账|假的|假药|假货|假证|冒充|过期|变质|发霉|臭肉|死猪|重新(?:打?包装?|贴)|掺|骗保|骗(?:取)?医保|套医保|挂床|套取|瞒着|瞒报|隐瞒"
    r"|没有?上?报|虚开|发票|非法|直接?排|废水|废油|污水|废渣|排污|无证|没有?(?:行医)?证|没有?资质|地沟油|劣质|偷工减料|以次充好|回扣|传销|诈骗|集资|骗了|虐待|打老人|克扣伙食"
    r"|违禁|添加剂|甲醛|篡改|检查.{0,6}(?:就|才)(?:关|停|藏|躲)|好处|偷拍|贩卖|私卖|贪污|受贿|账本|压死|死了?一?个?人"
    r"|(?:数据|数字|记录|台账|报告|日期|结果)[^,。!?;:\n]{0,4}(?:改|编|涂|补)(?:过|了|的|出来)"
    r"|卖[^,。!?;:\n]{0,4}(?:指标|名额|编制|学位)"
)
# Search: 请替我保密 | 不要让他们知道我是谁 | 保护举报人
# Not: 请到保密局办事 | 请公开处理结果
_SECRECY = re.compile(
    rf"(?:请|望|求|要求|务必|麻烦|一定要?|能否|能不能|帮我?|为我|替我|给我|必须|注意|恳请){_NEAR}{{0,8}}保密(?!局|协议|法|柜|工作)"
    r"|保密(?:一下|处理|我的|本人|举报人|身份|啊|好吗|$)|要求匿名|请匿名"
    rf"|(?:不要|别|勿|千万别|不能|请勿|不得|莫){_NEAR}{{0,6}}(?:透露|泄露|公开|暴露|告诉|讲|让|说|把){_NEAR}{{0,10}}(?:我的|我是|是我|是谁|谁说|我说|本人|身份|名字|姓名|举报人|信息|电话给)"
    rf"|(?:不要|别|千万别|莫){_NEAR}{{0,4}}(?:告诉{_NEAR}{{0,4}}(?:他|她|对方|老板|物业|村里)|让{_NEAR}{{0,8}}(?:知道|发现|晓得))"
    r"|保护好?(?:举报人|反映人|投诉人|我们?的(?:身份|隐私|信息))"
)
# Search: 怕遭报复 | 不敢留姓名 | 担心他们找我麻烦
# Search: 举报以后被开除 | 举报材料到了他手里 | 再告就打死你
# Not: 报复性消费
_REPRISAL = re.compile(
    rf"(?:打击|怕|遭|遭到|受到|被|恶意|会|担心|恐){_NEAR}{{0,8}}报复(?!性)"
    r"|打击报复|报复(?:我|我们|我家|举报人|投诉人)"
    rf"|(?:怕|担心){_NEAR}{{0,8}}(?:找(?:我|我家|我们)?(?:的)?麻烦|穿小鞋|整我|针对我|对我家?下手|打我|砸我|知道是我)"
    r"|不敢(?:留|写|说|报)?(?:自己)?(?:的)?(?:名字?|姓名|实名|署名|真名|留名)"
    r"|找我茬|认识我家?门?(?:,|。|$)"
    r"|(?:举报|实名信|告状|反映)[^。!?\n]{0,20}(?:被调|被停|停了|停课|被打|被砸|被开除|泄密|泄的密|漏出去|打来骂|威胁|堵(?:我|在))"
    r"|举报(?:信|材料|电话)[^。!?\n]{0,14}(?:被举报人|他手里|就知道|知道是我)"
    r"|再告[^,。!?;:\n]{0,6}(?:弄死|打死|整|收拾)"
)


def _misdeed(text: str, start: int, end: int) -> bool:
    return _MISDEED.search(text, max(0, start - _SPAN), min(len(text), end + 2 * _SPAN)) is not None


# --- Violence at home, self-harm, sexual violence ------------------------------------------------------------------------

_HITS = (
    r"(?:打(?:我|她|他|你|人|骂|老婆|孩子|小孩|娃|媳妇|妻子|老人|老娘|爹|妈|女儿|儿子|老公|得|成|伤)(?!电话|手机|们?电话|家?电话|工)|动手(?!术|机|续|能)|动粗|家暴|殴打|毒打|暴打|揍|拿?皮带抽|抽(?:我|她|他|孩子)|"
    r"踢|掐|扇(?:我|她|他|耳光)|耳光|拳打脚踢|虐待|用[^,。!?;\n]{0,4}(?:抽|烫|扎)|拿刀|不给[^,。!?;\n]{0,4}饭吃)"
)
_EX = r"前(?:男友|女友|男朋友|女朋友|夫|妻|对象)"
# Search: 我老公又打我 | 孩子被他爸打 | 前夫跟踪我
# Search: 打孩子 | 女儿又挨了打 | 挨老公的打 | 不给老人饭吃 | 把孩子锁在阳台
# Not: 孩子打疫苗
_HOME = re.compile(
    r"家暴|家庭暴力"
    rf"|(?<!被){_KIN}{_IN}{{0,14}}?{_HITS}"
    r"|打(?:老婆|媳妇|妻子|孩子|娃(?!娃)|小孩|老娘|老公)(?!针|疫苗|电话)"
    r"|虐待(?:老人|孩子|儿童|小孩|父母|我)"
    rf"|被{_NEAR}{{0,3}}{_KIN}{_NEAR}{{0,6}}(?:打|揍|虐待|赶出|抽|踢)(?!电话|工)"
    rf"|{_KIN}{_IN}{{0,8}}挨{_NEAR}{{0,4}}打"
    rf"|挨(?:他|她)?(?:{_KIN})(?:的)?打"
    rf"|{_EX}{_IN}{{0,10}}(?:威胁|恐吓|跟踪|骚扰|纠缠)(?:我|她|他)"
    r"|掐我?脖子"
    rf"|不给{_NEAR}{{0,2}}{_KIN}{_NEAR}{{0,2}}饭吃"
    rf"|(?:把|将)?(?:孩子|老人|娃|我){_NEAR}{{0,4}}(?:关在|锁在|赶出)(?:阳台|家里|门外|地下室|屋里|家门)"
)
# Search: 反家暴宣传 | 打麻将 | 被城管
# Not: 打老婆
_HOME_NOT = re.compile(
    r"反家暴(?:法|宣传|讲座|知识|日)|家暴(?:宣传|讲座|知识|条例)|打死(?:了)?(?:狗|猫|鸡)|打(?:工|车|针|疫苗|麻将|官司|篮球|羽毛球|游戏|牌)"
    r"|被(?:老师|同学|城管|保安|车|司机|物业)"
)


def _at_home(text: str, start: int, end: int) -> bool:
    return _HOME_NOT.search(text, max(0, start - 6), min(len(text), end + 4)) is None


# Search: 不想活了 | 他喝了农药 | 站在楼顶要跳楼
# Search: 过不下去了想一死 | 活着太累 | 备了一瓶安眠药 | 安眠药买好了 | 我真的想死 | 手腕划了一刀 | 要走了,永别
# Not: 跳楼价大甩卖 | 天冷不想活动
_SUICIDE = re.compile(
    rf"(?:不想|不愿|没法|不想再)活(?!动|跃|得)|活够了|活不下去|过不下去了?{_IN}{{0,8}}(?:了断|死)"
    r"|活着(?:就是|真|也|好|太|很)?(?:没|无|累|没有|痛苦|受罪)"
    r"|轻生|自杀|自尽|寻死|寻短见|割腕|割脉|上吊|遗书|绝笔|服毒"
    rf"|喝(?:了)?{_NEAR}{{0,6}}(?:农药|百草枯|敌敌畏)"
    rf"|(?:吞|吃|买|备)(?:了|好)?{_NEAR}{{0,6}}安眠药"
    rf"|安眠药{_NEAR}{{0,5}}(?:吃|吞|买|备)|自残|自焚|自伤|跳楼(?!价|机|大?甩卖|清仓|处理|促销|大?减价)|跳(?:河|江|桥|塔吊|崖|轨)|跳下(?:去|来)|死了算了|一死了之"
    rf"|(?<!成)了断(?!头|网|路)|结束(?:自己的?)?(?:生命|性命)|不如死了|我(?:真|就|都|很|好)?的?想死(?!的心|我)|要死给|死给|同归于尽|告(?:个|别)别|手腕{_NEAR}{{0,10}}(?:划|割)"
    rf"|要走了{_IN}{{0,12}}(?:安眠药|永别)"
)
# Search: 经常有人跳 | 建议加装护网 | 心理热线是多少
# Not: 我想跳
_SUICIDE_NOT = re.compile(
    r"(?:经?常|总|老|多次)有人(?:跳|自杀|轻生)|防护|护网|防跳|建议(?:安?装|加|设|在)|热线(?:电话)?(?:是|号码)|宣传|讲座|知识|自杀式|吵得|烦得|热得|冷得"
)


def _of_a_life(text: str, start: int, end: int) -> bool:
    return _SUICIDE_NOT.search(text, max(0, start - 12), min(len(text), end + 14)) is None


# Search: 有人猥亵我女儿 | 在公交上被人摸了 | 厕所里偷拍
# Search: 强行抱我 | 故意摸 | 摸我女儿 | 偷拍女生洗澡 | 强迫发生关系 | 发黄色短信 | 黄色视频发给我 | 侵犯了我女儿 | 被人侵犯
# Not: 侵犯了我的权利 | 摸了我的车
_SEXUAL = re.compile(
    r"强奸(?!民意)|强姦|性侵|猥(?:亵|褻)|性骚扰|迷奸|轮奸|诱奸|乱伦|强暴(?!露)|咸猪手|动手动脚|下流(?:动作|话)|(?:乱|故意|强行|老是|一直)摸(?!索|底|清|排)"
    r"|摸(?:了)?(?:我|她|女儿|孩子|女生|学生|女孩|闺女)(?!们?(?:的)?(?:车|包|手机|家|钱))"
    rf"|强行{_NEAR}{{0,4}}(?:亲|抱|搂|摸|脱)|强(?:吻|抱)"
    rf"|(?:被|给|让|遭)(?:人|别人|陌生人|他|一个?{_NEAR}{{0,4}}|{_NEAR}{{0,5}})摸(?:了|过|胸|屁股|腿|下|大腿|身)(?!{_NEAR}{{0,3}}(?:车|包|手机|钱|黑|奖|底))"
    rf"|偷拍{_IN}{{0,10}}(?:裙|洗澡|更衣|换衣|隐私|上厕所)"
    rf"|(?:厕所|浴室|更衣室|试衣间){_IN}{{0,10}}偷拍|针孔摄像|裸(?:照|聊|体照|贷)|艳照|不雅(?:照|视频)|私密照|陪{_NEAR}{{0,3}}睡"
    rf"|(?:发生|强迫){_NEAR}{{0,6}}(?:性)?关系(?!户)"
    rf"|贴着{_NEAR}{{0,6}}蹭|蹭(?:到)?(?:我|女生|她)|(?<!对症)下(?:了)?药|迷药|露阴|下体|暴露狂"
    rf"|黄色(?:信息|短信|图片|视频|笑话){_NEAR}{{0,6}}(?:骚扰|发|给)"
    rf"|(?:发|讲){_NEAR}{{0,6}}黄色(?:信息|短信|图片|视频)"
    rf"|侵犯了?(?:我|她|女儿|孩子|身体)(?!{_NEAR}{{0,8}}(?:权|利|隐私|名誉|益|光))"
    rf"|(?<![权益利])(?:下药|被人?|遭人?)侵犯(?!{_NEAR}{{0,6}}(?:权|利|隐私|名誉|益))"
)

# --- Minors and patients who can be recognised ------------------------------------------------------------------------------

_MINOR = r"(?:孩子|儿子|女儿|闺女|小孩|娃|学生|侄子|侄女|外甥女?|孙子|孙女|女孩|男孩|弟弟|妹妹|未成年|小姑娘|女生|男生)"
# Search: 在学校被同学打 | 老师体罚 | 孩子不敢去学校
# Search: 班主任骂 | 不让女儿上学
# Not: 被老师表扬
_CHILD_HARM = re.compile(
    r"霸凌|欺凌|校园暴力"
    rf"|被{_NEAR}{{0,12}}?(?:欺负|打(?!扰|电话|断)|骂|罚站|体罚|罚跪|堵在|孤立|扇|侮辱|勒索|排挤)"
    r"|罚站|体罚|罚跪"
    rf"|(?:老师|班主任|教练|保育员|幼师){_IN}{{0,12}}(?:打|骂|扇|掐|辱骂|推)(?!电话|卡|扫)"
    rf"|怀孕|早孕|堕胎|辍学|不让{_NEAR}{{0,3}}(?:上学|读书|念书)|没人(?:养|抚养|管(?!理))|被(?:学校)?(?:开除|劝退)|不(?:肯|愿|敢)去(?:学校|上学)|自闭症|孤独症|多动症|抑郁"
    r"|弃养|遗弃|拐|网贷|父母都?(?:坐牢|去世|失踪|吸毒)|针扎|喂药|关小黑屋"
)
# Search: 我家孩子 | 女儿今年八岁 | 三(2)班的学生
# Search: 邻居家的小孩 | 八岁的女孩 | 学生是二年级(1)班
# Not: 学生太多
_CHILD = re.compile(
    rf"(?:我|俺|咱)们?(?:家|的)?{_NEAR}{{0,3}}{_MINOR}"
    rf"|邻居家?{_NEAR}{{0,4}}{_MINOR}"
    rf"|{_MINOR}{_NEAR}{{0,6}}(?:才|今年|刚|只有)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})岁"
    rf"|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})岁{_NEAR}{{0,4}}{_MINOR}"
    r"|(?:^|[,。!?\s])(?:女儿|儿子|孩子|闺女|孙[子女]|侄[子女]|娃)"
    rf"|(?:她|他|{_MINOR}){_NEAR}{{0,3}}才?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})岁"
    rf"|(?:年级|[\d一二三四五六七八九])\)?班{_IN}{{0,12}}{_MINOR}"
    rf"|{_MINOR}{_IN}{{0,14}}(?:年级|[初高][一二三]|[\d一二三四五六七八九])\)?班"
)
# Search: 确诊肺癌 | 长期透析 | 患有抑郁症
# Not: 感冒发烧
_ILLNESS = re.compile(
    r"艾滋|hiv|精神病|精神分裂|精神障碍|精神疾病|抑郁症|躁郁|双相|自闭症|孤独症|乙肝|丙肝|肺结核|梅毒|性病|尖锐湿疣"
    r"|(?:[肺肝胃肠食乳宫脑血骨胰肾喉]{1,2}腺?|淋巴|直肠|结肠|鼻咽|甲状腺|前列腺)?癌"
    r"|白血病|尿毒症|透析|化疗|放疗|肿瘤|流产|人流|堕胎|不孕|吸毒|戒毒|渐冻症|罕见病|脑瘫|唐氏|血友病|癫痫|植物人|红斑狼疮"
)
# Search: 我老婆得了 | 邻居家的儿子 | 他
# Not: 宣传栏里的
_PATIENT = re.compile(
    rf"(?:我|本人|俺|咱)们?(?:家|的)?{_NEAR}{{0,2}}(?:{_KIN})?{_NEAR}{{0,12}}$"
    rf"|{_KIN}{_IN}{{0,14}}$"
    rf"|(?:有个|有一个|邻居|同事|室友|隔壁){_NEAR}{{0,8}}$"
    rf"|(?:他|她){_NEAR}{{0,8}}$"
)
_ILLNESS_NOT = re.compile(
    r"(?:建议|请问|咨询)[^,。!?;\n]{0,12}$|(?:患者|病人)(?:的)?(?:补贴|门诊|政策|报销比例|能否|免费)|筛查|疫苗|宣传|讲座"
)


def _main_figure(sign: re.Pattern[str], text: str, start: int) -> bool:
    """Whether what stands at `start` is what the message is about rather than mentioned in a long letter."""
    return len(text) < _LETTER or start < _OPENING or sum(1 for _ in sign.finditer(text[:1000])) > 1


def _of_a_child(text: str, start: int, end: int) -> bool:
    return _main_figure(_CHILD_HARM, text, start) and _CHILD.search(_around(text, start, end)) is not None


def _of_a_patient(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 20) : start]
    return (
        _PATIENT.search(before) is not None
        and _main_figure(_ILLNESS, text, start)
        and not (_ILLNESS_NOT.search(before) or _ILLNESS_NOT.search(text, start, min(len(text), end + 10)))
    )


_INFORMANT, _PERSON = SealedSort.INFORMANT, SealedSort.PERSON
RULES: tuple[SealingRule, ...] = (
    SealingRule(_PERSON, "self-harm", _SUICIDE, _of_a_life, "我不想活了"),
    SealingRule(_PERSON, "sexual violence", _SEXUAL, _always, "邻居老头猥亵我女儿"),
    SealingRule(_PERSON, "violence at home", _HOME, _at_home, "我老公又打我"),
    SealingRule(_PERSON, "minor", _CHILD_HARM, _of_a_child, "我儿子在学校被同学欺负"),
    SealingRule(_PERSON, "patient", _ILLNESS, _of_a_patient, "我老婆得了乳腺癌，报销被卡"),
    SealingRule(_INFORMANT, "secrecy asked for", _SECRECY, _always, "请替我保密"),
    SealingRule(_INFORMANT, "reprisal feared", _REPRISAL, _always, "我怕打击报复"),
    SealingRule(_INFORMANT, "breach by an official or office", _BREACH, _done_by_office, "村支书贪污低保款", True),
    SealingRule(_INFORMANT, "money taken by an official", _MONEY, _paid, "城管队员收摊贩的烟钱", True),
    SealingRule(_INFORMANT, "abuse of an office", _EVIDENT, _not_praised, "镇里当个站长明码标价六万"),
    SealingRule(
        _INFORMANT, "letter to the watchdog", _TO_THE_WATCHDOG, _to_the_watchdog, "纪委同志，反映水务集团的铺张问题"
    ),
    SealingRule(_INFORMANT, "official as the doer", _BY_DOING, _favoured, "会计把五保户的钱打到自己卡上", True),
    SealingRule(_INFORMANT, "public money gone elsewhere", _FUNDS, _not_praised, "敬老院的供养金被拿去放贷"),
    SealingRule(_INFORMANT, "warned or unexplained", _TIPPED, _not_praised, "赌场一查就提前跑了"),
    SealingRule(_INFORMANT, "kin of an official favoured", _FAVOURED, _favoured, "门面都租给了村主任的小舅子", True),
    SealingRule(
        _INFORMANT, "misconduct of an official", _MISCONDUCT, _misconduct, "镇长的车周末停在度假村门口钓鱼", True
    ),
    SealingRule(_INFORMANT, "official reported", _ACCUSES, _accuses_official, "我要举报乡长", True),
    SealingRule(_INFORMANT, "office reported for its duty", _DUTY, _duty_neglected, "举报县城管局违法", True),
    SealingRule(_INFORMANT, "insider or relative", _INSIDE, _misdeed, "我是厂里的员工，厂里偷排废水"),
)
