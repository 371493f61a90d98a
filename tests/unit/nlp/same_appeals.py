"""Appeals of our own invention about a town that no fitted table knows, by place and matter."""

from __future__ import annotations

from nlp.matching.sketch import Appeal

# Issue → appeals of it. Issues of one letter share their place.
ISSUES: dict[str, tuple[Appeal, ...]] = {
    "a-bakery": (
        Appeal(
            "湖溪区翠屏雅苑楼下面包房半夜开工，机器噪音扰民",
            "翠屏雅苑6栋一楼的面包房每天凌晨两点就开机器和面，轰隆声传到楼上，我们根本睡不着觉。",
        ),
        Appeal(
            "翠屏雅苑6栋楼下面包房凌晨噪音严重扰民",
            "面包房的和面机和排风机从凌晨两点响到天亮，居民无法休息，找物业没有用。",
        ),
        Appeal("投诉翠屏雅苑面包房夜间噪音", "我住翠屏雅苑6栋，楼下面包房夜里和面的机器噪音非常大，孩子睡不好觉。"),
    ),
    "a-parking": (
        Appeal(
            "翠屏雅苑物业只卖不租地下车位，业主没地方停车",
            "翠屏雅苑地下车库有三百个空车位，物业要求必须购买，不肯出租，我们的车只能停在路边被贴罚单。",
        ),
        Appeal(
            "湖溪区翠屏雅苑车位只售不租是否合理",
            "开发商和物业把翠屏雅苑的地下车位锁起来，只卖不租，业主天天为停车发愁。",
        ),
    ),
    "b-bakery": (
        Appeal(
            "鹿鸣路枫林晚居楼下面包房凌晨噪音扰民", "枫林晚居3栋一楼面包房的和面机从凌晨两点响到天亮，居民无法休息。"
        ),
    ),
    "c-bus": (
        Appeal(
            "望江镇沙洲村到县城的公交车太少了",
            "沙洲村每天只有早晚两班公交车去县城，老人看病、学生上学都不方便，希望增加班次。",
        ),
        Appeal("建议增加沙洲村公交班次", "望江镇沙洲村去县城的公交一天只有两班，错过就要等半天，请增加班次。"),
    ),
}
