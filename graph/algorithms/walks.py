"""Best-first walks with a bound on hops: the kernel under every string.

What is searched are states (party, tier): under a bound on hops a dearer but shallower way to a party may lead on.
Every state reads its row, which is sorted by cost, with a cursor, so it stands in the heap once, under its next link:

    key = total cost << 34 | tier of the target << 31 | target

A deeper and dearer state is never on a best walk, so a party is expanded again only at a lower tier than before.
Steps cost more than nothing, so all entries of one key stand in the heap when the first of them comes up.
Costs need 27 bits: 6 hops of at most 3,912,023, 5 tiers of 356,675, 5 hubs of at most 7,400,000 (2^27 neighbours).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from graph.algorithms.network import NOT_IN_PLAY, PROSPECT, Array

DECAY = 356_675
"""Cost of each tier after the first: -ln 0.7 in millionths."""
HUB = 50
"""Neighbours above which a party on the way dilutes what passes through it."""
MICRO = 1_000_000
ANY_COST = 2**29 - 1
"""The largest cost a key can hold."""

PARTY, TIER, COST, PARENT, CURSOR, END, BASE, WIDTH = range(8)
"""Columns of a state; BASE is what every link from it starts from."""
ROWS, CUT = range(2)
TOO_DEAR, TOO_FAR, COUNTS = range(4, 7)
"""Columns of an anchor's counts; those between, of customers and do-not-contact, are their standings."""
EXHAUSTED = -1


@njit(cache=True, nogil=True)
def passage(tier: int, degree: int) -> int:
    """Cost of walking on through a party: the decay and, for a hub, the dilution; nothing at the anchor."""
    if tier == 0:
        return 0
    if degree <= HUB:
        return DECAY
    return DECAY + int(np.rint(-math.log(math.sqrt(HUB / degree)) * MICRO))


@njit(cache=True, nogil=True)
def next_key(states: Array, s: int, rows: Array, seen: Array, max_cost: int) -> int:
    """Move the cursor of `s` past its next useful link and return that link's key, or EXHAUSTED.

    Where only links above `max_cost` are left, the cursor stays before them.
    """
    tier = states[s, TIER] + 1
    for i in range(states[s, CURSOR], states[s, END]):
        cost = states[s, BASE] + (rows[i] >> 32)
        if cost > max_cost:
            states[s, CURSOR] = i
            return EXHAUSTED
        target = rows[i] & 0xFFFFFFFF
        if seen[target] == 0 or seen[target] > tier + 1:
            states[s, CURSOR] = i + 1
            key: int = (cost << 34) | (tier << 31) | target
            return key
    states[s, CURSOR] = states[s, END]
    return EXHAUSTED


@njit(cache=True, nogil=True)
def push(heap: Array, size: int, key: int, s: int) -> int:
    at = size
    while at > 0 and heap[(at - 1) >> 1, 0] > key:
        heap[at, 0], heap[at, 1] = heap[(at - 1) >> 1, 0], heap[(at - 1) >> 1, 1]
        at = (at - 1) >> 1
    heap[at, 0], heap[at, 1] = key, s
    return size + 1


@njit(cache=True, nogil=True)
def replace_top(heap: Array, size: int, key: int, s: int) -> None:
    at, child = 0, 1
    while child < size:
        if child + 1 < size and heap[child + 1, 0] < heap[child, 0]:
            child += 1
        if heap[child, 0] >= key:
            break
        heap[at, 0], heap[at, 1] = heap[child, 0], heap[child, 1]
        at, child = child, 2 * child + 1
    heap[at, 0], heap[at, 1] = key, s


@njit(cache=True, nogil=True)
def pop(heap: Array, size: int, states: Array, rows: Array, seen: Array, max_cost: int) -> tuple[int, int]:
    """Take all entries of the least key; returns the heap's size and the parent with the lower cost, then id."""
    key, parent = heap[0, 0], -1
    while size > 0 and heap[0, 0] == key:
        s = heap[0, 1]
        if parent < 0 or (states[s, COST], states[s, PARTY]) < (states[parent, COST], states[parent, PARTY]):
            parent = s
        following = next_key(states, s, rows, seen, max_cost)
        if following == EXHAUSTED:
            size -= 1
            following, s = heap[size, 0], heap[size, 1]
        replace_top(heap, size, following, s)
    return size, parent


@njit(cache=True, nogil=True)
def settle(
    states: Array, s: int, party: int, tier: int, cost: int, parent: int, ptr: Array, closed: Array
) -> None:  # fmt: skip
    """Write state `s`, its cursor at the beginning of its row, which for a closed party is also the end."""
    states[s, PARTY], states[s, TIER], states[s, COST], states[s, PARENT] = party, tier, cost, parent
    states[s, CURSOR], states[s, END] = ptr[party], ptr[party + 1]
    if tier > 0 and len(closed) > 0 and closed[party]:
        states[s, END] = ptr[party]
    states[s, BASE] = cost + passage(tier, ptr[party + 1] - ptr[party])


@njit(cache=True, nogil=True)
def doubled(array: Array) -> Array:
    larger = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


@njit(cache=True, nogil=True)
def may_lead(link_ok: Array, parent: int, target: int, upstream: bool, out_ptr: Array, buyers: Array) -> bool:
    """Whether the filter on links lets the one from `parent` to `target` through."""
    if len(link_ok) == 0:
        return True
    supplier, buyer = (target, parent) if upstream else (parent, target)
    low: int = out_ptr[supplier]
    high: int = out_ptr[supplier + 1]
    while low < high:
        middle = (low + high) >> 1
        if buyers[middle] < buyer:
            low = middle + 1
        else:
            high = middle
    return bool(link_ok[low])


@njit(cache=True, nogil=True)
def find_links(found: Array, upstream: bool, out_ptr: Array, buyers: Array, links: Array) -> None:
    """Write into `links` the canonical index of the last link of each path in `found`.

    All searches advance side by side: each step waits for memory, and then they wait together.
    """
    high = np.empty(len(found), np.int64)
    for r in range(len(found)):
        tier = found[r, 0]
        supplier = found[r, 2 + tier] if upstream else found[r, 1 + tier]
        links[r], high[r] = out_ptr[supplier], out_ptr[supplier + 1]
    going = True
    while going:
        going = False
        for r in range(len(found)):
            if links[r] < high[r]:
                tier = found[r, 0]
                buyer = found[r, 1 + tier] if upstream else found[r, 2 + tier]
                middle = (links[r] + high[r]) >> 1
                if buyers[middle] < buyer:
                    links[r] = middle + 1
                else:
                    high[r] = middle
                going = True


@njit(cache=True, nogil=True)
def write_row(row: Array, states: Array, s: int) -> None:
    """Write tier, cost and the whole path from the anchor to `s`, padded with -1."""
    row[:] = -1
    row[0], row[1] = states[s, TIER], states[s, COST]
    while s >= 0:
        row[2 + states[s, TIER]] = states[s, PARTY]
        s = states[s, PARENT]


@njit(cache=True, nogil=True)
def note_limits(states: Array, tiers: int, counts: Array) -> None:
    """Count the states of a finished search that stopped before a link too dear, or at the last tier with links on.

    Those links may lead to parties already found.
    """
    for s in range(len(states)):
        if states[s, CURSOR] < states[s, END]:
            counts[TOO_FAR if states[s, TIER] == tiers else TOO_DEAR] += 1


@njit(cache=True, nogil=True)
def walk(
    anchors: Array, upstream: bool, ptr: Array, rows: Array, out_ptr: Array, buyers: Array,
    standing: Array, link_ok: Array, closed: Array, tiers: int, top: int, max_cost: int, seen: Array,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Dig from each anchor in turn.

    `link_ok` has one flag per link, or none where every link will do; `closed` one per party, or none: those not
    walked through. `seen` is uint8[n] of zeros, and is left so: the tier at which a party was last settled, plus one.
    Returns int32[r, 3 + tiers] (tier, cost, path), int64[r] (link into the prospect) and int64[a, COUNTS].
    """
    states, heap = np.empty((256, WIDTH), np.int64), np.empty((256, 2), np.int64)
    found = np.empty((256, 3 + tiers), np.int32)
    counts = np.zeros((len(anchors), COUNTS), np.int64)
    total = 0
    for a in range(len(anchors)):
        settle(states, 0, anchors[a], 0, 0, -1, ptr, closed)
        seen[anchors[a]] = 1
        made, size, listed = 1, 0, 0
        key = next_key(states, 0, rows, seen, max_cost)
        if key != EXHAUSTED:
            size = push(heap, size, key, 0)
        while size > 0:
            key = heap[0, 0]
            target, tier = key & 0x7FFFFFFF, (key >> 31) & 7
            size, parent = pop(heap, size, states, rows, seen, max_cost)
            before = seen[target]
            if before != 0 and before <= tier + 1:
                continue
            if made == len(states):
                states, heap = doubled(states), doubled(heap)
            settle(states, made, target, tier, key >> 34, parent, ptr, closed)
            seen[target] = tier + 1
            made += 1
            if tier < tiers:
                key = next_key(states, made - 1, rows, seen, max_cost)
                if key != EXHAUSTED:
                    size = push(heap, size, key, made - 1)
            if before != 0 or standing[target] == NOT_IN_PLAY:
                continue
            if not may_lead(link_ok, states[parent, PARTY], target, upstream, out_ptr, buyers):
                continue
            if standing[target] != PROSPECT:
                counts[a, standing[target]] += listed < top
                continue
            if listed == top:
                counts[a, CUT] = 1
                break
            if total == len(found):
                found = doubled(found)
            write_row(found[total], states, made - 1)
            listed, total = listed + 1, total + 1
        counts[a, ROWS] = listed
        if not counts[a, CUT]:
            note_limits(states[:made], tiers, counts[a])
        for s in range(made):
            seen[states[s, PARTY]] = 0
    links = np.empty(total, np.int64)
    find_links(found[:total], upstream, out_ptr, buyers, links)
    return found[:total], links, counts
