"""What a person wants from the dialogue right now: a command in plain words, or simply to tell us something.

Pure tables. A command must be the whole message (greetings, politeness and punctuation aside) or stand first with a clear
separator: "进度" asks for progress, "地铁施工进度太慢" is an appeal. Whatever no table claims is `FILE`.
Source of the command words: docs/contracts.md, "Chat, citizen"; the everyday variants are ours.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from nlp.text.normalize import fold


class Wish(StrEnum):
    """One intention in the dialogue. What `Want` carries besides is said at each."""

    FILE = "file"  # rest: the whole message
    TRACK = "track"  # number when one was given
    LIST_MINE = "list_mine"
    SUPPLEMENT = "supplement"  # number?, rest: what to add, may be empty
    URGE = "urge"  # number?, rest: words to the unit, may be empty
    RATE = "rate"  # number?, score 1-5 or None, rest: words
    JOIN = "join"  # number?
    WITHDRAW = "withdraw"  # number?, rest: the reason
    PUBLISH = "publish"  # number?
    UNPUBLISH = "unpublish"  # number?
    ANONYMOUS = "anonymous"
    NAMED = "named"
    HUMAN = "human"
    HELP = "help"
    CANCEL = "cancel"
    YES = "yes"
    NO = "no"
    PICK = "pick"  # score: a bare number 1-9, the choice from a list
    CORRECT = "correct"  # rest: what it should be
    SKIP = "skip"
    GREET = "greet"
    THANKS = "thanks"
    ABUSE = "abuse"
    CHAT = "chat"  # talk without a request, or nothing but signs and emoji
    EMPTY = "empty"


class Want(Struct, frozen=True):
    """What the person wants. `number` is as typed but half width and upper case; `rest` is an exact part of the message."""

    wish: Wish
    number: str | None = None
    rest: str = ""
    score: int | None = None


# One row per wish: the whole message once politeness is stripped. Words separated by spaces.
_WORDS: dict[Wish, str] = {
    Wish.TRACK: """进度 查 查询 查进度 查询进度 查看进度 看进度 看看进度 问进度 进度查询 办理进度 处理进度 办理情况 处理情况 处理结果 办理结果 查结果
        看结果 结果 结果呢 有结果 有结果没 有结果没有 有进展 有进展没有 有消息 有消息没有 进展 进展如何 进度如何 进度怎么样 办得怎么样 办的怎么样
        处理得怎么样 处理的怎么样 怎么样 到哪 到哪儿 到哪里 到哪步 到哪一步 到哪一步了 办到哪 办到哪一步 处理到哪一步 走到哪一步 到谁手里 在谁手里
        在谁那里 在谁那儿 我的工单到哪 工单到哪 工单进度 工单状态 状态 查状态 我的进度 我的工单进度 查工单 查询工单 查单 查单号 查编号 跟踪 追踪
        办好没 办好没有 办完没有 处理好没 处理完没有 解决没有 解决 处理 办好 现在到哪 我的事办得怎么样 我的事怎么样 我的问题怎么样
        我反映的问题怎么样 我反映的事怎么样 上次的事怎么样 上次反映的怎么样 上次那个怎么样 什么时候有结果 啥时候有结果 多久有结果 多久能办好
        我的事办到哪 我的事办到哪一步 我的事到哪 我的事到哪一步 我的事办得咋样 我的事咋样 我的事办好没 我的事办好没有 我的问题办到哪 我的诉求办到哪 我的投诉到哪 我的投诉怎么样 我的投诉处理得怎么样 我反映的事办到哪 我反映的问题办到哪 上次的事办到哪 事情办到哪 办到哪里 办到哪儿 办到哪步 咋样 咋样了 办得咋样 处理得咋样 搞得咋样 整得咋样 弄得咋样 咋个样 搞到哪 弄到哪 整到哪 啥进度 啥进展 啥情况 有没有结果 有没有进展 有没有消息 什么时候能办好 什么时候办好 什么时候能解决 什么时候解决 什么时候处理 啥时候处理 啥时候办好 什么时候答复 什么时候回复 查快递 物流
        track status 追踪工单 查询结果 查询办理进度 查办理进度 我要查询 工单详情 详情 查看详情 查看""",
    Wish.LIST_MINE: """我的 我的工单 我的诉求 我的反映 我的投诉 我的留言 我的记录 我的单子 我的单 我的件 我的问题 我的列表 我的事 我的全部工单 所有工单
        全部工单 工单列表 列表 历史 历史记录 历史工单 我提交的 我提交过的 我反映过的 我反映的问题 我投诉过的 看我的 查我的 查看我的工单 查我的工单
        看我的工单 我有哪些工单 我有几个工单 我都反映过什么 mine""",
    Wish.SUPPLEMENT: """补充 补充一下 补充材料 补充说明 补充内容 补充信息 补充情况 补充照片 补充图片 补充证据 追加 再补充 再补充一点 补充一点
        要补充 有补充 我有补充 补材料 补图 补照片 加一点 再说一点 补一下""",
    Wish.URGE: """催办 催 催一下 催催 催一催 催单 催促 催一下进度 催一下工单 催进度 催工单 帮催一下 加急 加急处理 快点 快点处理 快点办 快点解决
        快一点 尽快处理 尽快办理 尽快解决 抓紧 抓紧处理 抓紧办 赶紧处理 赶快处理 怎么这么慢 怎么那么慢 为什么这么慢 咋这么慢 这么慢 为什么还没回 怎么还没回 你们到底管不管 到底管不管 你们管不管 管不管 到底办不办 到底修不修 有没有人管 怎么还没处理 怎么还没办 怎么还没办好 怎么还没结果 怎么还没解决
        怎么还没回复 怎么还没答复 怎么还没动静 怎么没动静 怎么没反应 怎么没人处理 怎么没人管 怎么没人理 怎么还没人处理 怎么还没人管 怎么还没人联系我
        为什么还没处理 为什么还没解决 为什么还没回复 为啥还没处理 为啥还不处理 还没处理 还没解决 还没办好 还没结果 还没回复 还没好 还没人来
        还没有处理 还没有解决 还没有结果 还没有回复 一直没处理 一直没人处理 一直没回复 一直没人管 一直没结果 我的事怎么还没办 没人处理 没人管
        没人理 没人联系我 都几天了 都多少天了 这都几天了 等好久 等很久 等太久 太慢 太慢了吧 什么时候才能处理 到底什么时候处理 到底处理没有 urge""",
    Wish.RATE: "评价 评分 打分 我要评价 去评价 写评价 给评价 评价一下 好差评 评个分 打个分 rate",
    Wish.JOIN: """附议 我也附议 支持附议 一起推动 一起反映 一起投诉 我也反映 我也要反映 我也遇到 我也遇到过 我也有同样问题 我也是这个问题 我家也是 我家也一样
        我家也这样 我们家也是 我们小区也是 我们也是 我们这也是 我们这里也是 我们也一样 我也一样 同样的问题 一样的问题 同问 同求 加一 +1 顶 我也支持 算我一个
        加我一个 我要加入 加入 join""",
    Wish.WITHDRAW: """撤回 撤销 撤消 撤诉 撤单 撤回工单 撤销工单 撤回诉求 撤回投诉 撤销投诉 撤掉 撤了 撤回申请 不投诉 不反映 不用处理 不用处理了 不用管
        不需要处理 不需要 已经解决 已解决 问题解决 问题已解决 问题已经解决 自己解决 已经自己解决 已经修好 修好 已经处理好 不追究 删除工单 删工单
        结束工单 关闭工单 withdraw""",
    Wish.PUBLISH: """公开 要公开 可以公开 同意公开 公开吧 设为公开 改成公开 改为公开 公开工单 公开处理 公开办理 愿意公开 让大家看 让大家看到 大家都能看 public""",
    Wish.UNPUBLISH: """不公开 不要公开 别公开 不想公开 不愿公开 不愿意公开 不同意公开 取消公开 设为不公开 改成不公开 改为不公开 保密 要保密 请保密 私密 非公开
        仅自己可见 不让别人看 不要让别人看到 别让别人看到 不能公开 private""",
    Wish.ANONYMOUS: """匿名 要匿名 匿名反映 匿名提交 匿名投诉 匿名举报 不署名 不具名 不留名 不想留名 不留姓名 不实名 不要实名 不想实名 不要显示名字 不要透露姓名
        不要透露我的信息 改成匿名 改为匿名 隐藏姓名 隐去姓名 anonymous""",
    Wish.NAMED: """实名 实名反映 实名提交 实名投诉 实名举报 要实名 署名 具名 留名 可以留名 愿意实名 改成实名 改为实名 用真名 不匿名 不用匿名 不要匿名 named""",
    Wish.HUMAN: """人工 转人工 人工服务 人工客服 要人工 找人工 接人工 叫人工 客服 找客服 在线客服 工作人员 找工作人员 真人 找真人 转真人 和人说 跟人说 跟真人说
        和真人聊 换人 换个人 找个人 找个人说 有人 有人吗 有没有人 有人在 打电话 给个电话 电话多少 客服电话 联系电话 热线 热线电话 不要机器人 别用机器人
        不想和机器人说 human""",
    Wish.HELP: """帮助 帮忙 求助 怎么用 怎么使用 如何使用 使用说明 使用帮助 说明 说明书 教程 指南 操作指南 功能 有什么功能 有哪些功能 都有什么功能 菜单 主菜单 首页
        能做什么 你能做什么 你会什么 你能干什么 你能帮我什么 可以做什么 怎么反映 怎么反映问题 如何反映问题 怎么投诉 如何投诉 怎么提交 怎么留言 怎么查
        怎么查进度 怎么查询 怎么评价 怎么撤回 怎么催办 怎么补充 不会用 不懂 不明白 看不懂 什么意思 啥意思 help ? ?? ???""",
    Wish.CANCEL: """取消 取消吧 放弃 退出 返回 停 停止 结束 算了 算了吧 还是算了 不说了 不弄了 不办了 不提交 不提交了 先不提交 先不 先不说了 不报了 不发了
        不搞了 重来 重新来 重新开始 重新填 从头来 清空 作废 别提交 不想报了 不想说了 不想反映了 不反映了 没事了 没事 cancel quit exit""",
    Wish.YES: """是 是的 是啊 是呀 是滴 对 对的 对啊 对呀 对对 对对对 没错 没有错 正确 好 好的 好啊 好呀 好滴 好哒 好吧 行 行的 行吧 可以 可以的 可以啊 ok okay k
        okk 嗯 嗯嗯 嗯呢 恩 恩恩 哦 哦哦 中 成 得 要 要的 同意 确认 确定 确认提交 确定提交 提交 提交吧 就这样 就这样吧 就是这样 就是这个 就是这里
        没问题 没毛病 就这些 就这么多 没有了 没了 完了 说完了 发完了 完毕 发送 有的 需要 愿意 同意提交 yes y 👌 👍 1️⃣""",
    Wish.NO: """不 不是 不是的 否 不用 不要 不对 不行 不好 不可以 不同意 不确认 不愿意 没有 没 别 不必 不必了 错 错了 不正确 有误 不是这个 不是这里 都不是 以上都不是
        no n 🙅""",
    Wish.SKIP: "跳过 略过 略 下一步 下一个 先跳过 不知道 不清楚 不记得 说不清 不确定 没有照片 没照片 没有图 没图 没拍 没有图片 暂无 无 暂时没有 skip",
    Wish.GREET: """你好 您好 你好啊 您好啊 你好呀 你好哇 hi hello hey 嗨 哈喽 哈啰 喂 早 早上好 早安 上午好 中午好 下午好 晚上好 晚安 在吗 在么 在不在 在不 在 领导好
        领导你好 领导您好 尊敬的领导 大家好 你好你好 您好您好 打扰一下 打扰了 新年好 新年快乐 过年好 👋""",
    Wish.THANKS: """谢谢 谢谢你 谢谢您 谢谢啦 谢谢领导 谢了 多谢 多谢了 感谢 非常感谢 十分感谢 万分感谢 太感谢 感谢感谢 谢谢谢谢 辛苦 辛苦了 你们辛苦了 您辛苦了
        麻烦了 麻烦你了 麻烦您了 费心了 感恩 thanks thankyou thx 3q 🙏 🌹""",
    Wish.CHAT: """你是谁 你是什么 你是机器人 你是人还是机器人 你是真人 你叫什么 你叫什么名字 哈哈 哈哈哈 呵呵 嘿嘿 嘻嘻 测试 测试一下 test 试试 试一下 啊 额 呃 唉 哎
        你多大 讲个笑话 说个笑话 天气 天气怎么样 今天天气怎么样 今天天气 吃了吗 吃饭了吗 再见 拜拜 bye 88 无聊 好无聊 我爱你 你真棒 真棒 厉害 不错 挺好""",
    Wish.FILE: """反映 反映问题 我要反映 我要反映问题 投诉 我要投诉 举报 我要举报 建议 我有建议 提建议 我要建议 咨询 我要咨询 求助 我要求助 留言 我要留言 提问
        反映诉求 提交诉求 新诉求 新问题 新工单 再反映一个 再提交一个 我有事 我有事要说 我有问题 有事反映 说个事 说件事 反映个事 反映一件事 反映个问题 我有话说
        我想反映个问题 写信 我要写信""",
}

# Whole-message grades of 好差评 (five grades of the State Council's rules, 国办发〔2019〕51号), and how people say them.
_GRADES: dict[str, int] = {
    **dict.fromkeys(
        "非常满意 很满意 特别满意 十分满意 超级满意 满分 五星 五颗星 五星好评 五分 5分 好评 大大的好评 全五星".split(),
        5,
    ),
    **dict.fromkeys("满意 比较满意 四星 四颗星 四分 4分 还不错".split(), 4),
    **dict.fromkeys("基本满意 一般 一般般 还行 还可以 马马虎虎 凑合 三星 三颗星 三分 3分 中评".split(), 3),
    **dict.fromkeys("不满意 不太满意 不怎么满意 不够满意 二星 两星 二颗星 两颗星 二分 两分 2分".split(), 2),
    **dict.fromkeys(
        "非常不满意 很不满意 极不满意 特别不满意 十分不满意 差评 一星 一颗星 一分 1分 零分 太差 很差 非常差 给差评".split(),
        1,
    ),
}
_GRADE_WORDS = "|".join(sorted((re.escape(word) for word in _GRADES), key=len, reverse=True))
_DIGITS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}

# Search: 你好,请问进度 | 麻烦帮我查查
# Not: 进度
_POLITE_START = re.compile(
    r"^(?:(?:你好|您好|你们好|领导好|领导|请问|请教|请|麻烦|劳驾|拜托|帮我(?:看看|看一下|查查|查一下|问问|问一下)?|帮忙(?:看看|看一下|查查|查一下)?|看看|看下|给我|替我|我想要|我想|我要|我需要|我来|想要|想|要不|能不能|能否|可不可以|"
    r"可以帮我|那个|那就|那|就|喂|嗨|哎|诶|唉|嗯|哦|好的|好吧|现在)[\s,.!?、。~:;…]*)+"
)
_POLITE_END = re.compile(
    r"(?:[\s,.!?、。~:;…]|一下下|一下|一哈|下吧|吧|呢|啊|呀|哈|哦|噢|嘛|啦|喽|咯|哇|了|吗|么|谢谢|谢了|多谢|拜托|麻烦了)+$"
)
_EDGES = ",.!?、。~:;…\"'“”‘’()[]【】《》「」" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What stands around words and says nothing: punctuation and blanks. Stripped, since a pattern would try every beginning."""
_SPACES = re.compile(r"\s+")
_WORDLIKE = re.compile(r"[a-z\d\u3400-\u9fff]")

# What may be a ticket number: letters, digits and hyphens, four characters at least, at least three digits among them.
# Search: 工单号:20251103001 | t-25001
# Not: 110 | abcd
_NUMBER = re.compile(
    r"(?:(?:工单|单|编|受理|查询)?号码?[:是为 ]*|no\.? ?|#)?(?<![a-z\d])(?P<number>(?=(?:[a-z-]*\d){3})[a-z\d](?:[a-z\d-]{2,18})[a-z\d])(?![a-z\d])"
)
_MOBILE = re.compile(r"1[3-9]\d{9}$")

_SEPARATED = r"(?:[\s,:;.。、]+)"
# Match: 补充:还有二楼也漏水 | 我要补充一点 二楼也漏 | 补充二楼也漏水
# Not: 补充医疗保险怎么交
_SUPPLEMENT = re.compile(
    rf"^(?:我?(?:再|还)?(?:要|想)?(?:补充|追加)(?:一下|一点|一句|几句|说明|材料|内容|信息|情况|两点|几点)?){_SEPARATED}(?P<rest>.+)$"
    r"|^(?:我?(?:再|还)?(?:要|想)?补充(?:一下|一点|一句|几句|说明|两点|几点))(?P<tail>.+)$|^我?(?:再|还要|还想|想|要)补充(?P<more>.+)$"
    r"|^补充(?!医疗|养老|保险|耕地|公积金|协议|合同|条款|规定|师资|教师|警力|人手|水源|能源|营养)(?P<last>[^,。;]{2,}.*)$",
    re.DOTALL,
)
_URGE = re.compile(rf"^(?:催办|催单|催一下|催催|催|加急){_SEPARATED}(?P<rest>.+)$", re.DOTALL)
_WITHDRAW = re.compile(rf"^(?:撤回|撤销|撤消|撤诉|撤单){_SEPARATED}(?P<rest>.{{1,30}})$", re.DOTALL)
# Match: 评价5分 | 打分:满意 | 给个好评
# Not: 评价50分
_RATE = re.compile(
    rf"^(?:我?(?:要|想)?(?:评价|评分|打分|好差评)|(?:我)?(?:给你们|给个|给|打)){_SEPARATED}?"
    rf"(?:(?P<grade>{_GRADE_WORDS})|(?P<digit>[1-5一二两三四五])(?:星|颗星|分)?(?![\d年月日天次个号栋楼路下点些直共]))(?P<rest>(?:$|[\s,.!。、:;]|[^\d]).*)$",
    re.DOTALL,
)
# Match: 满意,修得很快 | 一般 等了很久
# Not: 满意
_GRADE_THEN_WORDS = re.compile(rf"^(?P<grade>{_GRADE_WORDS}){_SEPARATED}(?P<rest>.{{1,60}})$", re.DOTALL)
_RATE_WORDS_ONLY = re.compile(rf"^(?:评价|评分|打分){_SEPARATED}(?P<rest>.+)$", re.DOTALL)
# Match: 不对,应该是幸福路 | 地址错了,是二号楼
# Not: 不是我家
_CORRECT = re.compile(
    r"^(?:不是|不对|错了|搞错了|弄错了|写错了|说错了|打错了|发错了|地址错了|地点错了|位置错了|类别错了|纠正一下|更正一下|纠正|更正)"
    r"(?P<not>[^,.。;!?]{0,10}?)[\s,.。;:!]*(?:,|\s|。|!|:|;)?(?:而是|应该是|应当是|改成|改为|实际是|其实是|正确的?是|是在|是|在)(?P<rest>[^,。;!?]{1,24})[。.!]?$"
)
# Match: 地址改成幸福路 | 应该是二号楼
# Not: 幸福路改造好了
_CHANGE_TO = re.compile(
    r"^(?:把)?(?:地址|地点|位置|路名|类别|分类|时间|小区|内容)?(?:改成|改为|更正为|应该是|应当是|应为)[\s:,]*(?P<rest>[^,。;!?]{1,24})[。.!]?$"
)
# Search: 都是废物 | 垃圾平台 | 滚
# Search: sb
# Not: 垃圾没人收 | 滚动屏坏了
_ABUSE = re.compile(
    r"傻[逼比bx叉]|煞笔|沙比|草泥马|操你|艹你|日你|你妈的|他妈的|去死|滚蛋|滚开|^滚+$|王八蛋|混蛋|狗东西|狗官|废物|脑残|智障|白痴|蠢货|吃屎|吃干饭"
    r"|^(?:你们|一群|真|太|你们都是|你们这群|什么)*垃圾(?:机器人|平台|系统|政府|部门|东西|玩意|人)?$"
    r"|不要脸|骗子|什么玩意|什么破|狗屁|放屁"
    r"|^(?:sb|tmd|nmsl|cnm|mmp|wdnmd|nm|fuck|shit)+$"
    r"|有病吧|神经病"
)
_ABUSE_LIMIT = 14
"""Characters: a longer message says something besides the insult, and is heard."""
# What goes with an insult and says nothing besides it.
# Search: 你们 | 真是 | 这群人
# Not: 路灯坏
_ADDRESSED = re.compile(
    r"你们|你|他们|他|我们|我|这[群帮些种个]|那[群帮些种个]|一[群帮个]|老子|政府|领导|平台|系统|机器人|部门|单位|东西|玩意|干部|当官|什么|怎么|不干事"
    r"|不办事|不管事|不做事|不得好死|不是人|垃圾|真是|就是|都是|全是|还是|简直|赶紧|统统|给|去|都|全|就|真|太|是|个|的|了|吗|啊|呢|吧|呀|和|人|妈|死"
    r"|滚|[^\u3400-\u9fff]"
)
_LEAST_BESIDES = 3
"""Characters that remain of a matter: 路灯坏."""


def _bare(words: str) -> str:
    return words.strip(_EDGES)


def _squeeze(text: str) -> str:
    return _SPACES.sub("", text)


_TABLE: dict[str, Wish] = {word: wish for wish, words in _WORDS.items() for word in words.split()}


def wants(text: str) -> Want:
    """What this message asks of the dialogue. Never raises; a message that is no command is `FILE` with the whole text."""
    folded = fold(text)
    whole = _bare(folded.text)
    if not whole:
        return Want(Wish.HELP) if "?" in folded.text else Want(Wish.EMPTY if not folded.text.strip() else Wish.CHAT)
    if len(whole) <= 60:
        found = _command(whole)
        if found is not None:
            return found
    payload = _with_words(whole)
    if payload is not None:
        return payload if not payload.rest else _exact(payload, text, folded.text)
    if len(whole) <= _ABUSE_LIMIT and _ABUSE.search(whole) and not _says_more(whole):
        return Want(Wish.ABUSE)
    if _WORDLIKE.search(whole) is None:
        return Want(Wish.CHAT)
    return Want(Wish.FILE, rest=text.strip())


def _says_more(whole: str) -> bool:
    """Whether something is left of an insult once the insult is taken away: a matter, which is heard."""
    return len(_ADDRESSED.sub("", _ABUSE.sub("", whole))) >= _LEAST_BESIDES


def _command(whole: str) -> Want | None:
    """A message that is a command and nothing else, with or without a ticket number."""
    exact = _lookup(whole)
    if exact is not None:
        return exact
    if len(whole) == 1 and whole in "123456789":
        return Want(Wish.PICK, score=int(whole))
    match = _NUMBER.search(whole)
    if match is None or _MOBILE.match(match["number"]):
        return None
    number = match["number"].upper()
    around = _bare(whole[: match.start()]) + _bare(whole[match.end() :])
    if not around:
        return Want(Wish.TRACK, number)
    found = _lookup(around)
    if found is not None and found.wish not in {
        Wish.YES,
        Wish.NO,
        Wish.FILE,
        Wish.GREET,
        Wish.THANKS,
        Wish.CHAT,
        Wish.SKIP,
    }:
        return Want(found.wish, number, score=found.score)
    if found is not None and found.wish in {Wish.GREET, Wish.THANKS}:
        return Want(Wish.TRACK, number)
    return None


def _lookup(words: str) -> Want | None:
    """The tables, tried on the words as they are, without their polite end, and without polite start and end."""
    plain = _squeeze(words)
    ended = _POLITE_END.sub("", plain)
    begun = _POLITE_START.sub("", ended)
    for candidate in (plain, ended, _POLITE_START.sub("", plain), begun, begun.replace("一下", "")):
        if candidate in _TABLE:
            return Want(_TABLE[candidate])
        if candidate in _GRADES:
            return Want(Wish.RATE, score=_GRADES[candidate])
    return None


def _with_words(whole: str) -> Want | None:
    """A command followed by words of the person's own."""
    for wish, pattern in ((Wish.SUPPLEMENT, _SUPPLEMENT), (Wish.URGE, _URGE), (Wish.WITHDRAW, _WITHDRAW)):
        match = pattern.match(whole)
        if match:
            rest = next(words for words in match.groups() if words is not None)
            return _numbered(wish, rest)
    rated = _rated(whole)
    if rated is not None:
        return rated
    for pattern in (_CORRECT, _CHANGE_TO):
        match = pattern.match(whole)
        if match:
            return Want(Wish.CORRECT, rest=_bare(match["rest"]))
    return None


def _rated(whole: str) -> Want | None:
    number, words = None, whole
    if whole.startswith(("评价", "评分", "打分")):
        match = _NUMBER.match(whole[2:].lstrip(" :,"))
        if match:
            number = match["number"].upper()
            words = whole[:2] + " " + whole[2:].lstrip(" :,")[match.end() :].strip()
    match = _RATE.match(words)
    if match:
        score = _GRADES[match["grade"]] if match["grade"] else _DIGITS[match["digit"]]
        return Want(Wish.RATE, number, _bare(match["rest"]), score)
    match = _GRADE_THEN_WORDS.match(words)
    if match:
        return Want(Wish.RATE, number, _bare(match["rest"]), _GRADES[match["grade"]])
    match = _RATE_WORDS_ONLY.match(words)
    return Want(Wish.RATE, number, _bare(match["rest"])) if match else None


def _numbered(wish: Wish, rest: str) -> Want:
    """A leading ticket number is taken out of the words."""
    words = rest.strip()
    match = _NUMBER.match(words)
    if match and not _MOBILE.match(match["number"]):
        return Want(wish, match["number"].upper(), _bare(words[match.end() :]))
    return Want(wish, rest=_bare(words))


def _exact(want: Want, given: str, folded: str) -> Want:
    """The same want with `rest` as the person typed it, not as it was folded."""
    shape = fold(given)
    start = folded.rfind(want.rest)
    if start < 0:
        return want
    first, after = shape.span(start, start + len(want.rest))
    return Want(want.wish, want.number, given[first:after], want.score)
