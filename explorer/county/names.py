"""Word lists of the made-up county, and names put together from them; none is a real place or firm."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from explorer.county.draws import Ints, joined, words

TOWN_FIRST = tuple("柳 云 石 青 白 松 梅 竹 荷 枫 槐 桂 泉 溪 岚 霞 星 月 鹤 鹭 雁 鹿 莲 苇 砚 笛 墨 锦 绣 琴 棠 杏 桐 榆 桑 芦 茶 稻 麦 葵".split())
TOWN_SECOND = tuple("湾 坪 桥 渡 陂 岭 塘 浦 垭 坞 川 洲 台 关 寨 铺 营 圩 潭 滩 峪 堰 埠 垸 墩".split())
TOWN_LAST = ("镇", "乡", "街道")

BRAND_FIRST = tuple(
    "恒 鑫 瑞 丰 隆 泰 祥 盛 裕 昌 宏 嘉 润 顺 兴 旺 福 禄 金 银 玉 宝 聚 汇 通 达 远 广 安 康 和 美 华 荣 耀 辉 明 亮 新 正".split()
)
BRAND_SECOND = tuple(
    "源 禾 田 谷 林 森 海 江 河 湖 山 峰 原 野 园 苑 城 邦 业 信 诚 义 德 仁 智 力 工 匠 创 联 合 益 利 升 腾 飞 翔 凯 拓 展".split()
)
STREETS = tuple("和顺 长乐 永平 春晖 秋实 晒谷 打铁 织布 老井 渡口 学堂 磨坊 新市 南门 北门 河沿 竹器 盐店 灯笼 石板".split())

SURNAMES = tuple("王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖".split())
GIVEN = tuple("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 玉 兰 红 梅 建 国 志 文 春 海 永 福 德 忠 良 宝 金 凤 淑 珍 素 云 莲 琴 荣 祥 松 柏 庆 发 水 根 生 贵 富 喜 家 成 东 峰 林 山 川 雪 晨 宇 浩 欣 怡 佳 俊 博 鹏 龙 飞 清 泉".split())  # fmt: skip

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
    last = words((*GIVEN, ""), np.where(single, len(GIVEN), second))
    return joined(words(SURNAMES, surnames), words(GIVEN, first), last)


def brands(rng: Generator, number: int) -> pa.Array:
    """Name the brands of firms and shops."""
    first = rng.integers(0, len(BRAND_FIRST), number)
    return joined(words(BRAND_FIRST, first), words(BRAND_SECOND, rng.integers(0, len(BRAND_SECOND), number)))


def ends(rng: Generator, choices: tuple[str, ...], number: int) -> pa.Array:
    """Close names with one of `choices`."""
    return words(choices, rng.integers(0, len(choices), number))


def streets(rng: Generator, number: int) -> Ints:
    """Pick streets."""
    return rng.integers(0, len(STREETS), number)
