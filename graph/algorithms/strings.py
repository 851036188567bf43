"""Strings: pull up one company and everything that hangs on it follows (DESIGN 4.2, docs/definitions.md)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np

from graph.algorithms.network import CUSTOMER, DO_NOT_CONTACT, Array, Direction, Graph, frozen
from graph.algorithms.walks import ANY_COST, COUNTS, CUT, MICRO, ROWS, TOO_DEAR, TOO_FAR, walk

ROWS_AT_ONCE = 200_000
"""Most rows of a block of several anchors, so that a province needs no more memory than a county."""
ANCHORS_AT_ONCE = 128


@dataclass(frozen=True)
class Strings:
    """The prospects of a anchors, r rows in all, each anchor's by (cost, tier, id)."""

    start: Array
    """int64[a+1], where each anchor's rows begin"""
    prospect: Array
    """int32[r]"""
    tier: Array
    """int8[r], hops from the anchor"""
    cost: Array
    """int32[r], in millionths; the score is e^(-cost / 10^6)"""
    path: Array
    """int32[r, tiers+1], from the anchor to the prospect, padded with -1"""
    link: Array
    """int64[r], canonical index of the link into the prospect"""
    cut: Array
    """bool[a], whether further prospects were left out"""
    too_dear: Array
    """bool[a], whether a list that was not cut may go on above `max_cost`"""
    too_far: Array
    """bool[a], whether a list that was not cut may go on beyond the last tier"""
    passed_customers: Array
    """int64[a], customers that meet the filters and come before the last row, or at all where the list is not full"""
    passed_do_not_contact: Array
    """int64[a], the same for parties not to be contacted"""


def cost_limit(min_score: float) -> int:
    """The dearest cost whose score is at least `min_score`, 0 to 1."""
    return ANY_COST if min_score <= 0 else min(ANY_COST, math.floor(-math.log(min_score) * MICRO))


def dig(
    graph: Graph, anchors: Array, *, direction: Direction, tiers: int, top: int, standing: Array,
    link_ok: Array | None = None, closed: Array | None = None, max_cost: int = ANY_COST, threads: int = 1,
) -> Strings:  # fmt: skip
    """Find every anchor's best prospects within `tiers` (1 to 6) hops, at most `top` of them, with whole paths.

    Parameters: `anchors` int[a]; `standing` uint8[n] as in `network`: 0 not in play, and of those that meet the
    filters 1 prospects, 2 customers, 3 not to be contacted; `link_ok` bool[m], a filter on the link into the
    prospect; `closed` bool[n], parties that walks may end at but not go through (the anchor's own apart);
    `max_cost`, the dearest to be listed. The answer is the same for any number of threads.

    Example: 0 buys from 1 and 2; 1, a customer, buys from 3.

    >>> from graph.algorithms.rows import build
    >>> from graph.algorithms.strength import Links, strength
    >>> links = Links([1, 2, 3], [0, 0, 1], [600, 200, 80], [12, 4, 4], [20000] * 3, [20000] * 3, [1.0] * 3)
    >>> graph = build(links, strength(links, 4, 20000), 4)
    >>> found = dig(graph, [0], direction="upstream", tiers=4, top=5, standing=[1, 2, 1, 1])
    >>> found.prospect.tolist(), found.tier.tolist(), found.cost.tolist(), found.path[:, :3].tolist()
    ([2, 3], [1, 2], [774565, 1023475], [[0, 2, -1], [0, 1, 3]])
    >>> found.cut.tolist(), found.passed_customers.tolist()
    ([False], [1])
    """
    blocks = dig_blocks(
        graph, anchors, direction=direction, tiers=tiers, top=top, standing=standing, link_ok=link_ok, closed=closed,
        max_cost=max_cost, threads=threads,
    )  # fmt: skip
    return _joined(list(blocks), tiers)


def dig_blocks(
    graph: Graph, anchors: Array, *, direction: Direction, tiers: int, top: int, standing: Array,
    link_ok: Array | None = None, closed: Array | None = None, max_cost: int = ANY_COST, threads: int = 1,
) -> Iterator[Strings]:  # fmt: skip
    """Dig as `dig` does, but yield block after block of anchors, in their order, few of them in memory at a time."""
    anchors = frozen(anchors, "i4")
    ptr, rows = graph.rows(direction)
    fixed = (
        direction == "upstream", ptr, rows, graph.out_ptr, graph.buyer, frozen(standing, "u1"),
        frozen([] if link_ok is None else link_ok, "?"), frozen([] if closed is None else closed, "?"),
        tiers, top, min(max_cost, ANY_COST),
    )  # fmt: skip

    def block(start: int, stop: int) -> Strings:
        seen = spare.pop()
        found = _strings(*walk(anchors[start:stop], *fixed, seen))
        spare.append(seen)
        return found

    spare = [np.zeros(graph.parties, np.uint8) for _ in range(threads)]
    size = max(1, min(ANCHORS_AT_ONCE, ROWS_AT_ONCE // top))
    cuts = [(start, min(start + size, len(anchors))) for start in range(0, len(anchors), size)]
    yield from _in_order(block, cuts, threads)


def _in_order(work: Callable[[int, int], Strings], cuts: list[tuple[int, int]], threads: int) -> Iterator[Strings]:
    """Work on up to `threads` blocks at a time and one ahead for each, and hand them out in their order."""
    if len(cuts) == 1:
        yield work(*cuts[0])
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Strings]] = deque()
        for cut in cuts:
            waiting.append(pool.submit(work, *cut))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _strings(found: Array, link: Array, counts: Array) -> Strings:
    tier, path = found[:, 0], found[:, 2:]
    return Strings(
        start=np.concatenate(([0], np.cumsum(counts[:, ROWS]))),
        prospect=path[np.arange(len(path)), tier],
        tier=tier.astype(np.int8),
        cost=found[:, 1].copy(),
        path=path.copy(),
        link=link.copy(),
        cut=counts[:, CUT] > 0,
        too_dear=counts[:, TOO_DEAR] > 0,
        too_far=counts[:, TOO_FAR] > 0,
        passed_customers=counts[:, CUSTOMER].copy(),
        passed_do_not_contact=counts[:, DO_NOT_CONTACT].copy(),
    )


def _joined(blocks: list[Strings], tiers: int) -> Strings:
    if not blocks:
        return _strings(np.empty((0, 3 + tiers), np.int32), np.empty(0, np.int64), np.empty((0, COUNTS), np.int64))
    if len(blocks) == 1:
        return blocks[0]
    rows = np.cumsum([0] + [len(block.prospect) for block in blocks])
    starts = [block.start[:-1] + offset for block, offset in zip(blocks, rows[:-1], strict=True)]

    def joined(name: str) -> Array:
        return np.concatenate([getattr(block, name) for block in blocks])

    return Strings(np.concatenate([*starts, rows[-1:]]), *(joined(field.name) for field in fields(Strings)[1:]))
