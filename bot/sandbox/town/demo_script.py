"""Script of the town's past messages and answers. Data only, all invented.

`STORY` are single lines that make one ticket at every stage; `ORDINARY` is a month of everyday work, so that rankings,
boards and reports have something to show.
"""

from __future__ import annotations

from msgspec import Struct

from handlers.directory.directory import Role

DEMO_STAFF: tuple[tuple[str, str, Role, str], ...] = (
    ("o_official_chen", "chengguan", Role.HANDLER, "陈立"),
    ("o_dispatch_zhao", "dispatch", Role.DISPATCHER, "赵敏"),
    ("o_staff_sun", "zhujian", Role.HANDLER, "孙浩"),
    ("o_staff_zhou", "jiaotong", Role.HANDLER, "周宁"),
    ("o_staff_qian", "gongan", Role.HANDLER, "钱进"),
    ("o_staff_lin", "chengguan", Role.HANDLER, "林涛"),
    ("o_head_xu", "chengguan", Role.LEADER, "徐明"),
    ("o_chief_he", "yunxi", Role.SUPERVISOR, "何静"),
)
"""Who is bound to which unit from the beginning; those with phones on the page are in `sandbox/town.py`."""


class Line(Struct, frozen=True):
    """One line of the script: so many hours before the start this account says these words."""

    hours: float
    openid: str
    words: str
    files: str = ""
    """The name of a ticket that the line makes: in later lines `{drain}` becomes its number."""


class Ordinary(Struct, frozen=True):
    """One everyday appeal, taken up and answered so many hours after it was filed, graded a day after that."""

    days: float
    """Filed so many days ago."""

    openid: str
    words: str
    official: str
    taken: float
    answered: float
    reply: str
    grade: int = 0
    """0: no grade."""

    says: tuple[str, ...] = ()
    """Words and taps after the grade."""


_WANG, _LI, _ZHANG, _LIU = "o_citizen_wang", "o_citizen_li", "o_citizen_zhang", "o_citizen_liu"
_CHEN, _ZHAO, _SUN, _ZHOU, _QIAN, _LIN, _XU, _HE = (row[0] for row in DEMO_STAFF)

SHARING = frozenset({_LIU, _ZHANG, _WANG})
"""Who lets each of their matters be read by everybody: most people here do."""

STORY: tuple[Line, ...] = (
    # Done and rated.
    Line(230, _LIU, "投诉：和平菜市场门口的下水道堵了，污水漫到人行道上，买菜的人都踮着脚走", "drain"),
    Line(228, _CHEN, "受理 {drain}"),
    Line(206, _CHEN, "现场 {drain} 疏通车已到和平菜市场门口，正在清淤"),
    Line(
        202,
        _CHEN,
        "答复 {drain} 您好，和平菜市场门口的下水道昨天下午疏通完毕，清出淤泥约两方。我们把这里列入每周二巡查，"
        "再堵请直接打 0579-8710101 找陈立。",
    ),
    Line(180, _CHEN, "办结 {drain}"),
    Line(179.9, _CHEN, "确认"),
    Line(170, _LIU, "评价 5 第二天就通了，谢谢"),
    # Overdue at the desk.
    Line(620, _LI, "投诉滨河路夜市的烧烤摊占道经营，油烟直往楼上飘，晚上窗户都不敢开", "grill"),
    Line(615, _CHEN, "受理 {grill}"),
    Line(300, _LI, "催办 {grill}"),
    # Extended with a reason.
    Line(100, _ZHANG, "人民路中段的路灯一到晚上就一闪一闪的，看得人头晕，能不能修一修", "lamp"),
    Line(98, _CHEN, "受理 {lamp}"),
    Line(60, _CHEN, "延期 {lamp} 5 这一段要换整条线缆，材料已采购，预计下周到货"),
    # Returned once, then sent to the right unit.
    Line(120, _LI, "五一路汽车站对面的公交站台顶棚裂了个大口子，下雨天等车全淋湿", "shelter"),
    Line(119, _ZHOU, "退回 {shelter} 这座站台由广告公司代管，养护归城管局"),
    Line(118, _ZHAO, "转办 {shelter} 城管局 站台养护合同在城管局"),
    Line(96, _CHEN, "受理 {shelter}"),
    # Waiting for the citizen.
    Line(72, _ZHANG, "阳光花园小区 6 栋电梯最近老是突然停住，前天把老人关了二十分钟", "lift"),
    Line(70, _SUN, "受理 {lift}"),
    Line(66, _SUN, "询问 {lift} 请问是 6 栋的哪一部电梯？方便的话拍一下轿厢里的编号牌。"),
    # Answered, not yet rated.
    Line(50, _WANG, "实验小学门口放学时两边停满了车，孩子只能走在马路中间，希望交警来管一管", "school"),
    Line(49, _QIAN, "受理 {school}"),
    Line(
        26,
        _QIAN,
        "答复 {school} 您好，从明天起每个上学日 16:20 至 17:10，实验小学门口有两名交警执勤，路边画了即停即走区。"
        "如果哪天没人执勤，请打 0579-8710110，我们当场派人。",
    ),
    # New and unread.
    Line(3, _LI, "平安巷 3 号门口的垃圾桶两天没人收了，满出来一地，苍蝇乱飞", "bins"),
    Line(2, _ZHANG, "建议在人民公园门口增设一处非机动车停车架，现在车子都停在盲道上", "rack"),
)

_YES = ("解决了", "说到点上了", "态度好")

ORDINARY: tuple[Ordinary, ...] = (
    Ordinary(29, _LIU, "学府街 22 号门口的井盖松了，汽车一压咣当响，夜里吵得睡不着", _CHEN, 3, 30,
             "您好，学府街 22 号门口的井盖已加装防震胶圈并重新固定，当晚回访没有响声。再响请打 0579-8710101。", 5, _YES),
    Ordinary(28, _ZHANG, "新华街公厕的灯不亮，水龙头也坏了，老人晚上不敢进", _LIN, 5, 50,
             "您好，新华街公厕换了 4 盏灯和 2 个水龙头，保洁员每天 18:00 检查一次。值班电话 0579-8710101。", 4, ("解决了",)),
    Ordinary(27, _LI, "工业大道两侧有人乱倒装修垃圾，堆了有一人高", _CHEN, 20, 90,
             "您好，工业大道北侧的装修垃圾 12 车已全部清运，装了一处摄像头。再有人倾倒，请拍照打 0579-8710101。", 4, ("解决了", "说到点上了")),
    Ordinary(25, _WANG, "幸福里小区东门的流动摊贩天天堵门，消防车都进不来", _LIN, 8, 140,
             "您好，已和 9 名摊主签了搬迁约定，东门画了禁停线，7:00 至 21:00 有人巡查。再堵门请打 0579-8710101。", 2, ("没解决",)),
    Ordinary(22, _LIU, "人民公园湖边的垃圾桶太少，地上都是奶茶杯", _CHEN, 4, 40,
             "您好，人民公园湖边新装 14 个垃圾桶，周末加派 2 名保洁员。有建议请打 0579-8710101。", 5, _YES),
    Ordinary(20, _ZHANG, "滨河广场边上的流动摊音响开到夜里十一点，楼上老人心脏受不了", _LIN, 6, 60,
             "您好，滨河广场边的 6 个流动摊已搬进夜市，21:00 后不许用音响。再有人违反请打 0579-8710101。", 4, _YES),
    Ordinary(18, _LI, "解放路 88 号门口的广告牌快掉下来了，风一吹直晃", _CHEN, 1, 9,
             "您好，解放路 88 号的广告牌当天已拆除，沿街 31 块广告牌同时检查，加固了 5 块。电话 0579-8710101。", 5, _YES),
    Ordinary(14, _WANG, "城东工业园门口的绿化带枯死一大片，只剩黄土", _LIN, 12, 100,
             "您好，城东工业园门口绿化带已补种 260 株，养护单位每周浇水两次。联系 0579-8710101。", 3, ("解决了",)),
    Ordinary(28, _WANG, "幸福里小区 3 栋楼顶漏水，物业说不归他们管，家里墙都霉了", _SUN, 10, 110,
             "您好，经鉴定漏水属屋面防水老化，已启用维修基金 4.2 万元，防水层已重做并做了闭水试验。联系 0579-8710102。", 4, ("解决了",)),
    Ordinary(26, _LI, "新华街 15 号楼上装修每天早上六点就砸墙，孩子上夜班没法睡", _SUN, 6, 45,
             "您好，已责令新华街 15 号的装修户按规定时段施工：工作日 8:00 至 18:00，周末不得敲砸。再犯请打 0579-8710102。", 5, _YES),
    Ordinary(23, _LIU, "五一路云翠苑的物业收了停车费，道闸坏了半个月也不修", _SUN, 30, 170,
             "您好，云翠苑的道闸已更换，坏掉期间的停车费按天退还 87 户。收费问题请打 0579-8710102。", 2, ("没说到点上",)),
    Ordinary(21, _ZHANG, "人民路工地夜里十二点还在打混凝土，震得窗户响", _SUN, 4, 26,
             "您好，人民路工地夜间施工没有许可，已停工整改并罚款，22:00 后不得浇筑。举报电话 0579-8710102。", 4, ("解决了", "说到点上了")),
    Ordinary(17, _WANG, "阳光花园业委会换届的票数一直不公布，问了都不说", _SUN, 20, 200,
             "您好，阳光花园业委会选举共收回选票 412 张，结果已在小区公告栏公布 15 天。有异议请到 0579-8710102。", 3),
    Ordinary(12, _LI, "平安巷公租房的补贴停了两个月没发，打电话没人接", _SUN, 8, 70,
             "您好，两个月的租房补贴共 640 元已补发到您的社保卡，停发原因是银行卡号变更。咨询 0579-8710102。", 5, _YES),
    Ordinary(29, _ZHANG, "学府街公交 3 路早高峰四十分钟不来一趟，学生都迟到了", _ZHOU, 6, 60,
             "您好，3 路早高峰 7:00 至 8:30 加了 2 班车，间隔缩短到 12 分钟。晚点请打 0579-8710103。", 5, _YES),
    Ordinary(24, _WANG, "解放路口的路面塌了一块，电动车掉进去过", _ZHOU, 1, 20,
             "您好，解放路口的路面塌陷已回填重铺，地下管线一并检查，没有渗漏。报修电话 0579-8710103。", 5, _YES),
    Ordinary(22, _LI, "出租车从汽车站到医院一口价三十，不打表", _ZHOU, 5, 80,
             "您好，已查到该出租车，退还多收的 18 元，司机停运 3 天。遇到不打表请记车牌打 0579-8710103。", 4, ("解决了", "态度好")),
    Ordinary(19, _LIU, "云溪大桥的桥面坑坑洼洼，晚上骑车很危险", _ZHOU, 3, 95,
             "您好，云溪大桥桥面已铣刨重铺 1,200 平方米，限速牌换成反光的。发现新坑请打 0579-8710103。", 4, ("解决了",)),
    Ordinary(16, _ZHANG, "工业大道的货车超载，把路压得全是裂缝", _ZHOU, 8, 130,
             "您好，工业大道设了流动治超点，10 天查处超载车 23 辆，裂缝已灌缝。举报电话 0579-8710103。", 3, ("解决了",)),
    Ordinary(13, _WANG, "五一路县人民医院门口的公交站牌掉漆看不清，外地人找不到车", _ZHOU, 2, 28,
             "您好，县医院门口的站牌已换成带夜光的，附了线路图。其他站牌看不清请打 0579-8710103。", 5, _YES),
    Ordinary(27, _LIU, "平安巷口的红绿灯只有十秒，老人走不完", _QIAN, 4, 50,
             "您好，平安巷口的行人绿灯已从 10 秒延长到 22 秒，装了语音提示。还不够请打 0579-8710110。", 5, _YES),
    Ordinary(23, _LI, "滨河路半夜有人飙摩托车，交警来了就跑，轰油门的声音吓死人", _QIAN, 6, 72,
             "您好，滨河路夜间设卡 6 次，查扣改装摩托车 11 辆，拘留 2 人。再听到请打 110，说明车牌最好。", 4, ("解决了", "说到点上了", "态度好")),
    Ordinary(20, _WANG, "人民路菜场门口乱停车，救护车堵了十分钟", _QIAN, 2, 30,
             "您好，人民路菜场门口画了黄网格线，装了抓拍设备，6:00 至 10:00 有交警在岗。联系 0579-8710110。", 4, _YES),
    Ordinary(17, _ZHANG, "阳光花园小区的老人接到诈骗电话自称公安局，差点骗走两万块", _QIAN, 1, 24,
             "您好，老人的账户已保护性止付，钱没有转出；涉案号码已关停。请提醒老人装反诈程序，咨询 0579-8710110。", 5, _YES),
    Ordinary(11, _LIU, "新华街路口的车逆行太多，接孩子提心吊胆", _QIAN, 5, 66,
             "您好，新华街路口加了中央护栏和逆行抓拍，一周查处 64 起。哪里还乱请打 0579-8710110。", 4, ("解决了",)),
)  # fmt: skip
