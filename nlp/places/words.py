"""Word tables for places: what their names end with, what only looks like a name, and where a name ends to the left.

Collected by reading what the finder returned on thousands of appeals and asking of each frequent one whether it is a place.
"""

from __future__ import annotations

from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of place the most precise part of a span is."""

    REGION = "region"
    ROAD = "road"
    CROSSING = "crossing"
    COMPOUND = "compound"
    VILLAGE = "village"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    STATION = "station"
    LANDMARK = "landmark"


PRECISION = {
    PlaceKind.CROSSING: 6.0,
    PlaceKind.COMPOUND: 6.0,
    PlaceKind.ROAD: 5.0,
    PlaceKind.SCHOOL: 5.0,
    PlaceKind.HOSPITAL: 5.0,
    PlaceKind.STATION: 4.5,
    PlaceKind.VILLAGE: 4.0,
    PlaceKind.LANDMARK: 3.5,
    PlaceKind.REGION: 2.0,
}
"""How well each kind says where."""

ENDINGS: dict[str, tuple[PlaceKind, float]] = {
    ending: (kind, PRECISION[kind])
    for kind, endings in {
        PlaceKind.ROAD: "路 街 大道 大街 巷 胡同 高速 公路 国道 省道 县道 高架 辅道 环线 道 里弄 支路 东路 西路 南路 北路 中路 步行街 快速路",
        PlaceKind.CROSSING: "路口 交叉口 十字路口 交汇处 交界处 丁字路口 岔路口 转盘 立交桥 立交 巷口 街口",
        PlaceKind.COMPOUND: "小区 花园 苑 花苑 公寓 新村 家园 山庄 豪庭 名都 府 城 湾 嘉园 佳苑 名苑 雅苑 新城 公馆 华府 名城 "
        "名邸 别墅 花城 庄园 大院 家属院 宿舍 宿舍区 楼盘 世家 丽景 豪园 雅园 名园 御景 首府 安置区 棚户区 家属区 学府 庭 里 国际 华庭 苑小区 家苑 "
        "园 郡 轩 阁 邸 墅 人家 景园 御园 街区 半岛 铭座",
        PlaceKind.VILLAGE: "村 组 屯 寨 社区 居委会 村委会 庄 自然村 行政村 林场 农场 茶场 镇 乡 街道 街道办 街道办事处 镇政府 乡政府 派出所 管委会 开发区 工业园 产业园 科技园 园区",
        PlaceKind.SCHOOL: "学校 小学 中学 大学 学院 幼儿园 一中 二中 三中 四中 五中 六中 七中 八中 九中 高中 初中 附中 附小 职高 技校 驾校 师大 实验小学 分校 校区",
        PlaceKind.HOSPITAL: "医院 卫生院 卫生室 诊所 妇幼保健院 附属医院 人民医院 中医院 卫生服务中心 药店 敬老院 养老院",
        PlaceKind.STATION: "站 车站 地铁站 火车站 公交站 高铁站 汽车站 客运站 加油站 收费站 服务区 机场 码头 地铁口 号线",
        PlaceKind.LANDMARK: "公园 广场 大厦 商场 市场 菜市场 农贸市场 超市 桥 大桥 隧道 水库 河 江 湖 山 景区 工地 酒店 宾馆 写字楼 大楼 购物中心 "
        "万达 体育馆 体育场 图书馆 博物馆 影院 银行 工厂 化工厂 厂 公司 公共厕所 停车场 政务中心 办事大厅 法院 湿地 渠 港 塘 天桥 中心 百货 商城 商业街 寺 陵园 会所 馆",
    }.items()
    for ending in endings.split()
} | {"公司": (PlaceKind.LANDMARK, 1.8), "厂": (PlaceKind.LANDMARK, 3.0)}
"""Endings of place names with kind and precision. A company says who it is rather than where."""

BY_LAST = {
    last: tuple(sorted((ending for ending in ENDINGS if ending[-1] == last), key=len, reverse=True))
    for last in {ending[-1] for ending in ENDINGS}
}
"""The endings by their last character, the longest first."""

GENERIC = frozenset(
    "小区 新小区 老小区 本小区 学校 小学 中学 大学 学院 幼儿园 高中 初中 医院 公园 广场 商场 市场 超市 公司 工厂 工地 马路 道路 公路 高速 高速公路 大道 大街 街 路 街道 社区 "
    "村 组 农村 乡村 本村 全村 新村 城 城市 全城 同城 进城 河 江 湖 山 上山 河道 通道 人行道 盲道 车道 消防通道 地下通道 非机动车道 机动车道 管道 渠道 频道 下水道 知道 轨道 报道 "
    "跑道 便道 楼道 味道 街道办 街道办事处 居委会 村委会 村组 小组 班组 路口 巷口 街口 十字路口 转盘 站 车站 公交站 地铁站 火车站 加油站 收费站 网站 垃圾站 里 家里 公里 那里 这里 "
    "哪里 手里 心里 夜里 城里 村里 镇里 区里 市里 县里 屋里 厂里 校里 店里 水里 嘴里 眼里 县城 商城 房里 府 区域 院 大院 法院 银行 影院 厂 化工厂 "
    "停车场 菜市场 农贸市场 酒店 宾馆 饭店 大楼 大厦 写字楼 养老院 敬老院 诊所 药店 派出所 管委会 宿舍 家属院 家属区 宿舍区 别墅 公寓 楼盘 家园 花园 国际 港 中心 市中心 服务中心 县道 国道 省道 乡道 "
    "公里 庭 家庭 法庭 开庭 桥 隧道 天桥 水库 机场 码头 卫生院 卫生室 新城 出路 线路 电路 铁路 思路 一路 半路 走路 修路 道 支路 网路 回路 带路 同路 铺路 "
    "支付宝 房山 大学城 开发区 工业园 产业园 科技园 园区 景区 体育馆 体育场 图书馆 博物馆 山庄 家乡 城乡 老乡 下乡 返乡 乡 镇 乡镇 城镇 集镇 村镇 分公司 总公司 物业公司 百货 湾 渠 塘 寺 "
    "驾校 初高中 职高 技校 服务区 号线 停车站 沿街 逛街 上街 临街 整条街 商业街 步行街 夜市街 辅道 环线 地铁口 公交车站 立交 楼里 这条路 那条路 一条路 条路 巷 小巷 庄 屯 寨 组 安置区 棚户区 分校 我校 "
    "该校 本校 购物中心 社区服务中心 政务中心 办事大厅 公共厕所 换届 重组 车里 院里 包里 群里 单里 小区里 社会 社团 进村 公山 土地 东路 西路 南路 北路 中路 "
    "园 校园 乐园 果园 菜园 田园 入园 陵园 庄园 公馆 街区 校区 会所 健身馆 半岛 名城 古城 旧城 老城 商贸城 建材城 电脑城 娱乐城 美食街 学府 湿地 立交桥 交叉口 交汇处 交界处 "
    "丁字路口 三岔路口 岔路口 快速路 林荫大道 十字街 高架路 汽配城 公租房 人家 老人家 北校区 南校区 东校区 西校区 新校区 老校区 宾馆 馆 自然村 行政村 中小学 旧城区 附中 附小 国际社区 "
    "人生路 成长路 求学路 致富路 放学路 上学路 回家路 上班路 下班路 维权路".split()
)  # fmt: skip
"""Words that end like a place and are none, or any place: they may not stand alone as a name."""

NEVER = frozenset(
    "通道 消防通道 道路 人行道 车道 楼道 渠道 管道 干道 主干道 家里 这里 那里 哪里 公里 手里 心里 夜里 屋里 城里 村里 群里 有限公司 物业公司 分公司 总公司 楼栋 村镇 乡镇 城镇 之路 占道 街道办 非机动车道 机动车道 道 村民小组 必经之路 成山 堆成山 如山 堆积如山 "
    "政府 人民政府 省政府 市政府 区政府 县政府 镇府 市府 党政府 家庭 难道 公道 烟道 报道 新闻报道 一道 一道道 霸道 世道 人道 弯道 绕道 借道 车行道 行车道 呼吸道 怨声载道 主持公道 讨回公道 频道 "
    "套路 跑路 门路 顺路 过路 绝路 活路 断路 绕路 问路 让路 走路 岔路 主路 大路 小路 老路 新路 土路 泥路 水路 来路 一路 谋生路 走投无路 走头无路 拦路 马路 大马路 水泥路 泥巴路 线路 公交线路 思路 公里 平方公里 千里 百里 "
    "合同里 房间里 时间里 环境里 教室里 办公室里 电梯里 电话里 蒙在鼓里 放在眼里 看在眼里 邻里 条例里 横行霸道 横行乡里 古道 交通要道 要道 绿色通道 主通道 进站 出站 停靠站 终点站 首末站 空间站 搅拌站 网站 官网 "
    "领导小组 工作组 督察组 巡视组 督查组 巡察组 调查组 专案组 检查组 投递组 班组 筹备组 大街小巷 满大街 绿水青山 青山 江山 众志成城 方圆十里 大相径庭 独生子女家庭 跳广场 打交道 建筑公司 有限责任公司 代理公司 子公司 家具厂 "
    "因路 销路 党组 下湖 餐馆 饭馆 旅馆 面馆 茶馆 麻将馆 棋牌馆 入站 跨城 节目里 区域里 出入口 城乡 农村 乡村 老乡 家乡 社会 社团 土地 全城 同城 出路 电路 走路 修路 社区团 下乡 回乡 返乡 异乡 进城 出镇 各乡镇 美丽乡村 县乡 城中村 村镇 土壤里 水里 河里 山里 田里 地里".split()
)  # fmt: skip
"""Words that make no name whatever stands before them: "生命救援通道", "必经之路", and a government, which is no place."""

COMMON = frozenset(
    "三无 热门 好多 省属 市属 区属 县属 所属 直属 省直 市直 公立 公办 私立 民办 普惠 普惠性 普通 重点 名牌 一些 部分 一所 两所 几所 某 某些 几家 两家 三家 八个 一家 多家 各家 许多 不少 众多 农村 城市 城乡 城区 乡镇 各乡镇 新型 免费 三甲 现有 附近 周边 周围 本地 当地 "
    "住宅 老旧 老 旧 新 子弟 企业 职工 员工 学生 上级 下级 地方 基层 天然气 燃气 煤气 公交 公共 园林 通组 开发商 开发 物业 装修 装饰 房地产 地产 保险 移动 电信 联通 自来水 供水 供电 水务 电力 电业 出租车 网约车 快递 物流 建筑 建设 "
    "劳务 派遣 外资 集团 上市 人力 资源 中介 代理 评估 广告 科技 信息 贸易 投资 金融 中小 中小学 中专 专科 职业 技术 培训 特殊 配套 中心 核定 管理 服务 交易 疾控 医保 社保 公积金 不动产 检测 监测 监督 质检 质监 救助 "
    "活动 售后 客服 营销 售楼 商业 商品 商品房 商务 大型 小型 在建 某个 整个 全部 同一 同一个 国有 国营 私人 个人 个体 家庭 塑料 化工 造纸 水泥 砖 纺织 橡胶 机械 加工 生产 处理 冶炼 污水 垃圾 回收 废品 地下 地上 地面 立体 临时 高档 高端 "
    "高层 规范 拓宽 主 主要 次 交通 城际 高速 旅游 国际 家具 建材 二手 人才 劳动力 文化 历史 美食 夜市 步行 过街 人行 横穿 红绿灯 斑马线 责任 主体 项目 定向 停车 行政 办公 办事 公务 政务 社会 全国 全省 全市 全县 全区 省城 省会 "
    "县城 市区 城郊 郊区 区内 市内 县内 校内 境内 国内 国外 外地 本省 本市 本县 我市 我县 我区 我省 该市 该县 中国 国家 中央 中华人民共和国 原房 主 整栋 单位 机关 部门 主管 卫生 教育 环保 公安 交警 城管 工商 税务 "
    "宾馆 酒店 超市 学校 医院 小学 中学 幼儿园 小区 公园 广场 街道 社区 居民 村民 业主 居住 安置 拆迁 棚户 改造 生态 移民 安全 免费开放 经营 洗浴 餐饮 娱乐 休闲 健身 体育 中医 儿童 妇幼 妇女 老年 口腔 眼科 精神 骨科 传染病 定点 无良 合法 黑 正规 村级 "
    "住院 附属 直属 全 整 多 各 每 同 本 贵 该 此 那 这 所谓 相关 有关 普遍 不同 其他 其它 另外 名叫 叫 楼下 楼上 门口 后面 前面 旁边 对面 左右 两边 两侧 四周".split()
)  # fmt: skip
"""Words that tell no school, company or compound from another: "民办学校", "天然气公司", "大型小区" are classes of places."""

ONE_EACH = frozenset(
    "人民医院 中医院 妇幼保健院 中心医院 火车站 高铁站 汽车站 客运站 长途汽车站 体育馆 体育中心 图书馆 博物馆 政务中心 人民广场 人民公园 人民法院 法院 医院 机场 幼儿园 实验小学 实验中学 党校 电大 "
    "城区 老城区 开发区 经开区 高新区 工业园 看守所 福利院 动物园 植物园 少年宫".split()
)  # fmt: skip
"""Classes of which a town has one: with the town's name before it such a word is a name."""

NAME_TAGS = frozenset(
    "n nr ns nt nz nrt nrfg j m a b s f eng vn v x t i l g ng ag an ad tg mq z q h k y d p vg zg dg".split()
)  # fmt: skip
"""Parts of speech that a name may be made of."""

STOPS = frozenset(
    "在 到 从 去 往 向 经 由 对 把 被 让 给 跟 与 和 同 及 或 的 地 得 是 为 有 没 没有 无 不 我 你 他 她 我们 你们 他们 咱们 大家 本 本人 该 这 那 此 某 各 每 整个 全 所有 其他 其它 几个 很多 许多 多个 "
    "位于 住 住在 家住 坐落 坐落于 来自 就 都 也 还 又 再 很 太 了 着 过 吗 呢 啊 吧 请 请问 问 问下 咨询 投诉 反映 举报 建议 求助 希望 关于 附近 旁边 对面 旁 边 里 上 下 内 外 前 后 中 之间 "
    "领导 书记 市长 县长 区长 局长 镇长 您好 你好 尊敬 业主 居民 村民 市民 家长 学生 老师 职工 员工 名 一名 个 一个 条 家 一家 位 一位 户 号 因为 由于 如果 但是 现在 目前 近期 最近 今年 去年 昨天 今天 每天 "
    "晚上 凌晨 早上 下午 上午 中午 傍晚 周末 夜间 夜晚 早晨 清晨 深夜 半夜 白天 平时 当时 刚才 今晚 昨晚 今早 明天 前天 后天 以前 之后 后来 当年 明年 前年 年底 年初 本月 上月 月底 月份 现今 高峰 高峰期 假期 节假日 过节 春节 国庆 暑假 寒假 夏天 冬天 秋天 时候 同时 随后 去往 比 架设 开办 联系 增驾 去往 走 跑 开 建 修 建设 修建 新建 施工 走到 路过 经过 进入 进 出 通往 前往 开往 导致 造成 影响 违规 违法 非法 强烈要求 要求 恳请 使用 至 能 会 要 想 可以 应该 说 看 看到 发现 买 购买 租 租住 "
    "入住 居住 居住在 就读 就读于 读 上班 工作 就职 任职 在职 毕业 毕业于 属于 属 等 并 以 以及 而 且 但 却 只 才 刚 已 已经 正在 将 将要 于 自 自从 沿 沿着 靠近 紧邻 紧挨 临近 毗邻 拐进 转 左转 右转 处 有人 "
    "有个 有一 投诉人 市 区 县 整治 改造 改 增设 设 设立 为什么 何时 什么时候 关闭 取缔 查处 请求 期盼 盼 求 谁 哪 哪个 两个 三个 几 多 大 小 老 新 好 坏 旧 所在 附属 公安 感谢 表扬 点赞 对应 借道 边上 房屋 前期 此 正品 高品质 当前 "
    "按 按照 因 受 离 距 距离 供 使 搞 即 找 帮 致 系 彻查 入 收 用 凭 据 通过 根据 地处 处于 责令 横穿 临 谢谢 一下 昨日 元月 劳动关系 怎么 如何 难道 真是 明明 一直 长期 经常 原 晚报 规划 口头 里面 外面 上面 下面 那边 这边 换乘 接入 借 进到 隔壁 时 连 检查 根本 没什么 跨 遇 存款 严重 污染 破坏 回 回家 离开 侵占 占用 整个 支持 反对 保护 维护 打造 加快 推进 加强 沿途 途经 途径 沿线 围绕 面对".split()
)  # fmt: skip
"""Words at which the walk to the left ends although they are tagged like a name."""

EXTENDING = frozenset(
    "小区 社区 路口 巷口 街口 十字路口 交叉口 地铁站 公交站 车站 火车站 收费站 加油站 服务区 辅道 步行街 商业街 高架 大桥 隧道 天桥 立交桥 花园 公寓 家园 新村 家属院 宿舍 大厦 大楼 写字楼 "
    "广场 公园 商场 市场 菜市场 农贸市场 超市 学校 小学 中学 幼儿园 大学 学院 医院 卫生院 派出所 居委会 村委会 街道办 街道办事处 酒店 银行 体育馆 体育场 图书馆 停车场 养老院 敬老院 工业园 开发区 "
    "湿地 别墅 街区 社区卫生服务中心 卫生服务中心".split()
)  # fmt: skip
"""What people say after a name though it is a class of places: "幸福里小区", "望江路地铁站", "建设街路口"."""

WHOLE = frozenset({"市民广场", "市民中心", "市民公园", "老火车站", "老汽车站", "建设路", "建设街", "建设大道"})
"""Names whose first word would otherwise end the walk to the left."""

TELLING = frozenset({"大学城", "开发区", "新城", "国际"})
"""Classes of places that names do contain."""
