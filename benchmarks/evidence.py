"""python -m benchmarks.evidence FOLDER > docs/evidence.md: do the rankings put those first who became customers?

FOLDER holds `parties.csv`, `ties.csv` and `referrals.csv` of village households, leaders, and who took a loan. Each
ranking is the product's own, computed by a load of what a bank would have known before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from benchmarks.splits import DEGREE, EXPECTED, INTRODUCED, NEAR, PAST, WON, Known, half_known, leaders_known
from benchmarks.villages import Areas, Scores, Villages, by_village

SEEDS = range(5)
SAMPLES = 10_000
TEMPLATE = Path(__file__).with_name("evidence.md")
Judged = dict[str, Areas]
"""By ranking."""


def households(villages: Villages, splits: Iterable[Known], *, tied: bool = False) -> Judged:
    """The areas of each ranking of households, averaged over the splits; `tied`: of those with any acquaintance."""
    took = dict.fromkeys(villages.took, 1.0)
    runs = []
    for split in splits:
        judged = [party for party in split.judged if villages.near[party] or not tied]
        runs.append({n: by_village(villages, s, took, judged) for n, s in split.rankings().items()})
    return averaged(runs)


def referrers(villages: Villages, splits: Iterable[Known]) -> Judged:
    """The areas of each ranking of leaders by what they brought, averaged over the splits."""
    runs = []
    for split in splits:
        scores, brought = split.referrers_ranked()
        runs.append({name: by_village(villages, one, brought, brought) for name, one in scores.items()})
    return averaged(runs)


def averaged(runs: list[Judged]) -> Judged:
    """Each village's mean over the runs in which it has an area."""
    villages = sorted({village for run in runs for areas in run.values() for village in areas})
    return {
        name: {village: float(np.mean([run[name][village] for run in runs if village in run[name]])) for village in villages}
        for name in runs[0]
    }


def interval(values: Iterable[float]) -> tuple[float, float, float]:
    """The mean, and what 95 % of the means of villages drawn with return lie between."""
    of = np.array(list(values))
    means = of[np.random.default_rng(1).integers(0, len(of), (SAMPLES, len(of)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(of.mean()), float(low), float(high)


def table(judged: Judged, beside: str) -> str:
    """One row for each ranking, chance first, with the difference to the ranking `beside`."""
    lines = [
        f"| ranking | AUC | 95 % of villages drawn anew | more than by {beside} |",
        "|---|---|---|---|",
        "| chance | 0.500 | | |",
    ]
    for name, areas in judged.items():
        area, low, high = interval(areas.values())
        more = ""
        if name != beside:
            gain = interval(areas[village] - judged[beside][village] for village in areas)
            more = f"{gain[0]:+.3f} ({gain[1]:+.3f} to {gain[2]:+.3f})"
        lines.append(f"| {name} | {area:.3f} | {low:.3f} to {high:.3f} | {more} |")
    return "\n".join(lines)
