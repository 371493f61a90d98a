"""Whom messages accuse as people write them, in the demo county: misspelt little, said in many ways, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.seed import read_seed
from handlers.directory.accused import accusation
from handlers.directory.directory import Directory

_SEED = read_seed(Path(__file__).parents[3] / "deploy" / "seed" / "yunxi.toml")
COUNTY = Directory(_SEED.units, (), _SEED.routes, _SEED.dispatch_id)

ACCUSING = (
    ("城管局长收黑钱，夜市摊位谁给钱谁摆", "chengguan"),
    ("我实名举报县城市管理局副局长刘某某，利用职务便利为其亲属承揽市政工程", "chengguan"),
    ("教育局招生办的人卖学位，一个名额三万", "jiaoyu"),
    ("县教育体育局基教股股长违规插手招生，收家长好处", "jiaoyu"),
    ("滨河派出所民警酒后执法，把我弟弟打得住院", "gongan"),
    ("交警大队的辅警查车收钱不开票", "gongan"),
    ("我被交警打了，他们还抢我手机", "gongan"),
    ("住建局质监站的人收开发商红包，验收走过场", "zhujian"),
    ("人社局窗口那个姓王的收我五百块钱才给办退休", "renshe"),
    ("民政局低保办把低保指标给了关系户", "minzheng"),
    ("滨河街道的书记包庇违建，因为违建是他小舅子盖的", "binhejie"),
    ("阳光社区居委会主任克扣居民的补贴", "yangguang"),
    ("和平社区网格员泄露举报人信息，害我被打", "heping"),
    ("自来水公司的抄表员收钱改表", "shuiwu"),
    ("供电所的人要协调费，不给不通电", "gongdian"),
    ("市场监管局执法人员吃拿卡要，到店里白拿烟酒", "shichang"),
    ("卫健局有领导在药品采购里拿回扣", "weijian"),
    ("环保局监察大队收企业的钱帮着瞒排污数据", "huanbao"),
    ("县纪委的同志不保密，把我的举报信给了被举报人", "jiwei"),
    ("举报纪委监委工作人员徇私舞弊", "jiwei"),
    ("受理中心的接线员把我的电话泄露给了施工队，是不是收了好处", "dispatch"),
    ("县政府办主任公车私用，天天接送孩子上学", "yunxi"),
    ("县委书记的儿子承包了开发区的土方工程，没有招标", "yunxi"),
    ("云溪县城管局执法中队长索要保护费", "chengguan"),
    ("城管执法中队队长张三收保护费", "chengguan"),
    ("我要告交通局，他们跟驾校串通卖证", "jiaotong"),
    ("交通运输局运管所所长收黑车司机的钱", "jiaotong"),
    ("农业农村局的干部套取种粮补贴", "nongye"),
    ("自然资源局违规批地给亲戚，收了几十万", "ziran"),
    ("自然资源局不动产登记中心的科长卡着不办，非要请吃饭送礼", "ziran"),
    ("公安局有人给赌场当保护伞，报警了他们提前通知", "gongan"),
    ("城关街道办事处拆迁办的人虚报面积骗补偿款", "chengguanjie"),
    ("街道办主任贪污，城东街道的", "chengdongjie"),
    ("请查一查教体局局长，他老婆开的公司包了全县校服", "jiaoyu"),
    ("建议纪委查查住建局，烂尾楼的监管资金被他们挪用了", "zhujian"),
    ("举报城管局暴力执法，把老人推倒在地", "chengguan"),
    ("城管把我打伤了，监控拍到了", "chengguan"),
    ("城管打人", "chengguan"),
    ("派出所所长包养情妇", "gongan"),
    ("举报派出所出警慢是假，其实是收了KTV的钱", "gongan"),
    ("信访：反映县人社局劳动监察大队队长与包工头勾结，压着我们的欠薪案子不办", "renshe"),
    ("教体局的王科长作风有问题，跟下属女老师不正当关系", "jiaoyu"),
)

OTHERS = (
    "环保局来检查过，说合格，但是臭味还在",
    "我投诉宏达建筑拖欠工资，人社局已经立案两个月没结果",
    "物业保安打人，派出所来了说是民事纠纷",
    "希望市场监管局严查这家黑店，老板贿赂顾客删差评",
    "有人冒充城管局工作人员收保护费",
    "假冒民警打电话骗我转账",
    "电信诈骗冒充公安局，说我涉嫌洗钱",
    "教育局附近有人聚众赌博",
    "举报网吧收留未成年人，公安局管不管",
    "医院的医生收红包，卫健局请查",
    "学校老师收礼，教育局能不能管",
    "村民偷电，供电公司一直没查",
    "城管局罚了我五百块，我觉得不合理",
    "交警给我开了罚单，我不服",
    "供电局停电不通知，冰箱里东西全坏了",
    "派出所户籍窗口让我跑了五趟",
    "我在城管局上班路上摔了一跤，路面坑洼",
    "老板和城管说好了，可以摆到十点",
    "公安局对面的路口红绿灯坏了",
    "城管局的车停在消防通道上",
    "社区主任说这事归街道管，街道让我找社区",
    "县长热线打不通",
    "给县长写信：我家门口路坏了三年",
    "感谢城管局王队长，帮我们清理了垃圾",
    "派出所民警帮我找回了手机，没收一分钱",
    "咨询一下，被城管局扣了车怎么拿回来",
    "纪委的电话是多少",
    "想举报公司老板行贿，找哪个部门",
    "住建局批的楼盘质量差，墙体开裂",
    "城管局收走了我的广告牌",
    "农业农村局发的补贴我没收到，别人都领了",
)
"""Asked for help, a place, a decision, a service, somebody else's deed, a swindler in an office's name, thanks."""


@pytest.mark.parametrize(("text", "unit"), ACCUSING)
def test_who_is_accused(text: str, unit: str) -> None:
    assert accusation(text, COUNTY).units == (unit,)


@pytest.mark.parametrize("text", OTHERS)
def test_nobody_in_office_is_accused(text: str) -> None:
    found = accusation(text, COUNTY)
    assert (found.units, found.made) == ((), False)
