"""Goods of the county: products in layers, which goes into which (with feedback), industries and seasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from explorer.county.draws import Flags, Floats, Ints, stream

RAW, PROCESSED, MADE, WHOLESALE, RETAIL, SERVICE, LABOUR, PUBLIC = range(8)
LAYER_WORDS = ("生产", "加工", "制造", "批发", "零售")

# Sector, whether farmers grow its raw goods, raw, processed and made goods. A small county has the first few.
SECTORS = (
    ("粮油", True, "小麦 稻谷 玉米 大豆 油菜籽",
     "面粉 大米 玉米淀粉 豆粕 菜籽油", "挂面 米粉 饼干 豆腐 糕点"),
    ("建材", False, "石灰石 河砂 黏土 石膏矿 石英砂",
     "水泥 机制砂 烧结砖 石膏粉 平板玻璃", "商品混凝土 预制构件 瓷砖 石膏板 中空玻璃"),
    ("畜禽", True, "生猪 肉鸡 鲜蛋 肉羊 生鲜乳",
     "冷鲜肉 分割鸡 蛋液 羊肉卷 巴氏奶", "香肠 卤味 配合饲料 肉丸 酸奶"),
    ("机械", False, "废钢 生铁 铜线 铝锭 橡胶",
     "铸件 锻件 漆包线 铝型材 密封件", "水泵 减速机 电机 收割机 输送带"),
    ("果蔬", True, "苹果 柑橘 辣椒 番茄 食用菌",
     "浓缩果汁 干辣椒 番茄酱 脱水蔬菜 鲜切果蔬", "果脯 辣椒酱 罐头 果汁饮料 菌菇酱"),
    ("化工", False, "原盐 磷矿石 煤炭 硫磺 石油焦",
     "烧碱 磷酸 甲醇 硫酸 聚乙烯", "复合肥 农药 涂料 塑料薄膜 洗涤剂"),
    ("纺织", True, "棉花 蚕茧 苎麻 羊毛 羽绒",
     "棉纱 生丝 麻纱 毛线 坯布", "衬衫 被套 毛衣 羽绒服 工作服"),
    ("包装", False, "废纸 木浆 废塑料 芦苇 油墨",
     "原纸 再生塑料粒 瓦楞纸 薄膜卷材 白卡纸", "纸箱 编织袋 彩盒 标签 塑料瓶"),
    ("茶酒", True, "鲜叶 高粱 葡萄 甘蔗 啤酒花",
     "毛茶 基酒 葡萄原酒 红糖 麦芽", "绿茶 白酒 葡萄酒 糖果 啤酒"),
    ("木竹", False, "原木 毛竹 藤条 松脂 木屑",
     "板材 竹片 胶合板 松香 颗粒燃料", "家具 竹地板 木门 竹筷 托盘"),
    ("水产", True, "草鱼 小龙虾 河蟹 珍珠蚌 莲藕",
     "冻鱼片 虾尾 蟹粉 珍珠粉 藕片", "鱼丸 虾滑 蟹黄酱 珍珠饰品 藕粉"),
    ("电子", False, "硅砂 铜箔 稀土 树脂 玻纤",
     "覆铜板 磁材 连接器 注塑件 线圈", "充电器 传感器 灯具 音箱 电表"),
    ("药材", True, "黄芪 当归 金银花 茯苓 枸杞",
     "黄芪饮片 当归饮片 提取物 茯苓丁 枸杞干", "中成药 保健茶 药膏 药膳包 香囊"),
    ("五金", False, "钢坯 锌锭 不锈钢卷 铜棒 钢丝",
     "镀锌板 冷轧带 紧固件毛坯 阀体 弹簧钢", "螺丝 水龙头 锁具 刀具 脚手架"),
    ("花木", True, "绿化苗 月季 兰花 盆景 草皮",
     "切花 盆花 香草 精油 基质土", "花束 园艺套装 香薰 花茶 盆栽"),
)  # fmt: skip
SERVICES = (
    "货运", "仓储", "维修", "餐饮", "供电", "供水", "广告",
    "印刷", "住宿", "保洁", "农机作业", "冷链", "检测", "软件",
)  # fmt: skip

SEASONS = (
    (10, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11),  # even
    (3, 2, 4, 5, 8, 12, 10, 9, 18, 22, 14, 5),  # autumn harvest
    (8, 12, 22, 20, 12, 6, 4, 4, 6, 8, 6, 6),  # spring
    (3, 3, 6, 9, 14, 20, 22, 18, 10, 6, 4, 3),  # summer
    (22, 18, 6, 6, 7, 7, 6, 7, 12, 9, 9, 16),  # new year
    (6, 5, 9, 10, 11, 11, 9, 8, 10, 11, 12, 18),  # year's end
)


@dataclass(frozen=True)
class Goods:
    """Products and industries. Arrays hold one entry a product; `inputs[i]` goes into `outputs[i]`."""

    names: list[str]
    layer: Ints
    sector: Ints
    grown: Flags
    season: Ints
    industry: Ints
    industry_rows: list[tuple[str, str, str]]
    inputs: Ints
    outputs: Ints
    weights: Floats
    """Products x products: how much of a seller's trade goes to makers of each product."""
    trade_words: list[str]

    @cached_property
    def product_ids(self) -> list[str]:
        return [f"P{number:04d}" for number in range(1, len(self.names) + 1)]


def make_goods(parties: int, seed: int) -> Goods:
    """Lay out the goods of a county of that many parties: from 3 sectors at 1,000 to all 15 at 7,500."""
    sectors = SECTORS[: min(len(SECTORS), max(3, parties // 500))]
    rng = stream(seed, "goods")
    rows = _rows(sectors)
    names = [row[0] for row in rows]
    layer, sector = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    grown = np.array([row[3] for row in rows])
    weights = _chain(rng, layer, sector, grown)
    inputs, outputs = np.nonzero(weights)
    industry_rows, industry = _industries([row[0] for row in sectors], layer, sector, names)
    trades = [row[0] for row in sectors]
    words = [
        name if step >= SERVICE else trades[place] + ("商贸" if step >= WHOLESALE else "")
        for name, step, place, _ in rows
    ]
    season = _seasons(rng, layer, grown)
    return Goods(names, layer, sector, grown, season, industry, industry_rows, inputs, outputs, weights, words)


def _rows(sectors: Sequence[tuple[str, bool, str, str, str]]) -> list[tuple[str, int, int, bool]]:
    """List (name, layer, sector, whether farmers grow it) of every product; services are a sector of their own."""
    rows = []
    for number, (sector, grown, *layers) in enumerate(sectors):
        for layer, goods in enumerate(layers):
            rows += [(name, layer, number, grown and layer == RAW) for name in goods.split()]
        rows += [(sector + "批发", WHOLESALE, number, grown), (sector + "零售", RETAIL, number, grown)]
    last = len(sectors)
    rows += [(name, SERVICE, last, False) for name in SERVICES]
    return [*rows, ("劳务", LABOUR, last, False), ("公共服务", PUBLIC, last, False)]


def _chain(rng: Generator, layer: Ints, sector: Ints, grown: Flags) -> Floats:
    """Weigh which product goes into which: down the layers, across sectors, and back up."""
    n = len(layer)
    weights = np.zeros((n, n))
    same = sector[:, None] == sector[None, :]
    chance = rng.random((n, n))

    def feed(
        source: int, target: int, weight: float, inside: float, outside: float, who: Flags | None = None
    ) -> None:
        cells = (layer[:, None] == source) & (layer[None, :] == target)
        cells &= chance < np.where(same, inside, outside)
        if who is not None:
            cells &= who[None, :]
        np.maximum(weights, weight * cells, out=weights)

    for source, target in pairwise((RAW, PROCESSED, MADE, WHOLESALE, RETAIL)):
        feed(source, target, 3.0, 1.0 if target >= WHOLESALE else 0.6, 0.03)
    feed(RAW, WHOLESALE, 2.0, 1.0, 0.0)
    feed(PROCESSED, WHOLESALE, 1.0, 1.0, 0.0)
    feed(MADE, RAW, 0.6, 0.2, 0.06)
    feed(MADE, PROCESSED, 0.3, 0.1, 0.04)
    feed(MADE, MADE, 0.4, 0.1, 0.04)
    feed(WHOLESALE, MADE, 0.5, 0.5, 0.05)
    feed(WHOLESALE, RAW, 0.8, 0.5, 0.1, grown)
    feed(RETAIL, RAW, 1.0, 0.8, 0.15, grown)
    for source in (RETAIL, SERVICE, PUBLIC):
        feed(source, SERVICE, 1.0, 0.4, 0.4)
    feed(WHOLESALE, SERVICE, 0.5, 0.2, 0.2)
    feed(RETAIL, LABOUR, 10.0, 1.0, 1.0)
    feed(RETAIL, PUBLIC, 0.5, 1.0, 1.0)
    for target in (RAW, PROCESSED, MADE, WHOLESALE, RETAIL):
        feed(SERVICE, target, 0.6, 0.25, 0.25)
        feed(LABOUR, target, 1.0, 0.4, 0.4)
        feed(PUBLIC, target, 0.5, 0.2, 0.2)
    feed(SERVICE, LABOUR, 8.0, 1.0, 1.0)
    feed(SERVICE, PUBLIC, 1.0, 1.0, 1.0)
    feed(LABOUR, SERVICE, 1.0, 0.5, 0.5)
    np.fill_diagonal(weights, 0.0)
    return weights


def _industries(
    sectors: list[str], layer: Ints, sector: Ints, names: list[str]
) -> tuple[list[tuple[str, str, str]], Ints]:
    """Number the industries, two digits and four (so some begin with 0); return them and each product's."""
    rows = [(f"{number + 1:02d}", name + "业", "") for number, name in enumerate(sectors)]
    rows.append(("90", "服务业", ""))
    services = int(np.argmax(layer == SERVICE))
    found: dict[str, int] = {}
    industry = []
    for place, (step, number) in enumerate(zip(layer.tolist(), sector.tolist(), strict=True)):
        code = f"{number + 1:02d}{step + 1}0" if step < SERVICE else f"90{place - services + 1:02d}"
        if code not in found:
            found[code] = len(rows)
            name = sectors[number] + LAYER_WORDS[step] if step < SERVICE else names[place] + "服务"
            rows.append((code, name, code[:2]))
        industry.append(found[code])
    return rows, np.array(industry)


def _seasons(rng: Generator, layer: Ints, grown: Flags) -> Ints:
    season = rng.choice([0, 0, 2, 5], len(layer))
    season[grown & (layer == RAW)] = rng.choice([1, 1, 2, 3], int((grown & (layer == RAW)).sum()))
    season[layer == RETAIL] = 4
    season[layer >= SERVICE] = 0
    return season
