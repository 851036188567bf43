"""Word lists of the made-up county, and names put together from them; none is a real place or firm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county.draws import Ints, joined, words

TOWN_FIRST = "柳云石青白松梅竹荷枫槐桂泉溪岚霞星月鹤鹭雁鹿莲苇砚笛墨锦绣琴棠杏桐榆桑芦茶稻麦葵"
TOWN_SECOND = "湾坪桥渡陂岭塘浦垭坞川洲台关寨铺营圩潭滩峪堰埠垸墩"
TOWN_LAST = ("镇", "乡", "街道")

BRAND_FIRST = "恒鑫瑞丰隆泰祥盛裕昌宏嘉润顺兴旺福禄金银玉宝聚汇通达远广安康和美华荣耀辉明亮新正"
BRAND_SECOND = "源禾田谷林森海江河湖山峰原野园苑城邦业信诚义德仁智力工匠创联合益利升腾飞翔凯拓展"
STREETS = (
    "和顺", "长乐", "永平", "春晖", "秋实", "晒谷", "打铁", "织布", "老井", "渡口",
    "学堂", "磨坊", "新市", "南门", "北门", "河沿", "竹器", "盐店", "灯笼", "石板",
)  # fmt: skip

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文春海永福德忠良宝金凤淑珍素云莲琴"
    "荣祥松柏庆发水根生贵富喜家成东峰林山川雪晨宇浩欣怡佳俊博鹏龙飞清泉"
)

TRADER_ENDS = ("经营部", "商行", "批发部", "门市部", "超市", "店", "服务部", "加工坊")
FIRM_ENDS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "实业有限公司")
PUBLIC_ENDS = ("中心小学", "卫生院", "村民委员会", "敬老院", "文化站", "水务所", "粮站", "中学")


def towns(rng: Generator, number: int) -> list[str]:
    """Name `number` towns, each differently (up to 3,000)."""
    pairs = rng.permutation(len(TOWN_FIRST) * len(TOWN_SECOND) * len(TOWN_LAST))[:number]
    rest, ends = np.divmod(pairs, len(TOWN_LAST))
    firsts, seconds = np.divmod(rest, len(TOWN_SECOND))
    return [TOWN_FIRST[a] + TOWN_SECOND[b] + TOWN_LAST[c] for a, b, c in zip(firsts, seconds, ends, strict=True)]


def people(rng: Generator, number: int) -> pa.Array:
    """Name people; frequent surnames are frequent, so some names stand for several people."""
    surnames = (len(SURNAMES) * rng.random(number) ** 1.6).astype(np.int64)
    first = (len(GIVEN) * rng.random(number) ** 1.2).astype(np.int64)
    second = rng.integers(0, len(GIVEN), number)
    single = rng.random(number) < 0.15
    last = words([*GIVEN, ""], np.where(single, len(GIVEN), second))
    return joined(words(SURNAMES, surnames), words(GIVEN, first), last)


def brands(rng: Generator, number: int) -> pa.Array:
    """Name the brands of firms and shops."""
    first = rng.integers(0, len(BRAND_FIRST), number)
    return joined(words(BRAND_FIRST, first), words(BRAND_SECOND, rng.integers(0, len(BRAND_SECOND), number)))


def ends(rng: Generator, choices: Sequence[str], number: int) -> pa.Array:
    """Close names with one of `choices`."""
    return words(choices, rng.integers(0, len(choices), number))


def streets(rng: Generator, number: int) -> Ints:
    """Pick streets."""
    return rng.integers(0, len(STREETS), number)
