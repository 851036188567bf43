"""Goods as tables: products, industries, their chains, and who makes what."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from explorer.county.draws import blocks, stream, words
from explorer.county.goods import Goods
from explorer.county.parties import PERSON, Population
from explorer.county.write import TableFile

BLOCK = 200_000


def write_goods(files: Mapping[str, TableFile], goods: Goods) -> None:
    """Write products, industries and what goes into what."""
    codes = [code for code, _, _ in goods.industry_rows]
    files["products"].add({"product_id": pa.array(goods.product_ids), "name": pa.array(goods.names)})
    files["product_chain"].add(
        {
            "input_product_id": words(goods.product_ids, goods.inputs),
            "output_product_id": words(goods.product_ids, goods.outputs),
        }
    )
    files["industries"].add(
        {
            "code": pa.array(codes),
            "name": pa.array([name for _, name, _ in goods.industry_rows]),
            "parent_code": pa.array([parent or None for _, _, parent in goods.industry_rows]),
        }
    )
    pairs = np.stack([goods.industry[goods.inputs], goods.industry[goods.outputs]], axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    files["industry_chain"].add({"input_code": words(codes, pairs[:, 0]), "output_code": words(codes, pairs[:, 1])})


def write_makes(files: Mapping[str, TableFile], population: Population, goods: Goods, seed: int) -> None:
    """Write who makes what: the main product, and the second one with the rest of the share."""
    for number, start, end in blocks(len(population), BLOCK):
        rng = stream(seed, "makes", number)
        part = slice(start, end)
        second = population.second[part]
        share = np.where(second >= 0, np.round(rng.uniform(0.5, 0.9, end - start), 2), 1.0)
        main = np.flatnonzero((population.kind[part] != PERSON) & (rng.random(end - start) < 0.8))
        other = main[second[main] >= 0]
        maker = np.concatenate([main, other])
        product = np.concatenate([population.product[part][main], second[other]])
        shares = np.concatenate([share[main], np.round(1 - share[other], 2)])
        files["makes"].add(
            {
                "party_id": population.ids.take(pa.array(maker + start)),
                "product_id": words(goods.product_ids, product),
                "share": pa.array(shares, mask=rng.random(len(shares)) < 0.2),
            }
        )
