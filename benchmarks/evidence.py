"""python -m benchmarks.evidence FOLDER > docs/evidence.md: do the rankings put those first who became customers?

FOLDER holds `parties.csv`, `ties.csv` and `referrals.csv` of village households, leaders, and who took a loan. Each
ranking is the product's own, computed by a load of what a bank would have known before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.splits import DEGREE, INTRODUCED, NEAR, WON, Known, half_known, leaders_known
from benchmarks.villages import Areas, Villages, by_village

PAGE = Path(__file__).with_name("evidence.txt").read_text("utf-8")
SEEDS = range(5)
SAMPLES = 10_000
Judged = dict[str, Areas]
"""By ranking."""


def households(villages: Villages, splits: Iterable[Known], *, tied: bool = False) -> Judged:
    """The areas of each ranking of households, averaged over the splits; `tied`: of those with any acquaintance."""
    took = dict.fromkeys(villages.took, 1.0)
    runs = []
    for split in splits:
        judged = [party for party in split.judged if villages.near[party] or not tied]
        runs.append({name: by_village(villages, one, took, judged) for name, one in split.rankings.items()})
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
        name: {
            village: float(np.mean([run[name][village] for run in runs if village in run[name]]))
            for village in villages
        }
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


def main(folder: Path) -> None:
    print(page(Villages.read(folder)), end="")


def page(villages: Villages) -> str:
    customers = villages.leaders & villages.took
    first = leaders_known(villages, customers)
    halves = [half_known(villages, villages.leaders, seed) for seed in SEEDS]
    only = households(villages, [half_known(villages, customers, seed) for seed in SEEDS])
    ranked = households(villages, halves) | {f"{INTRODUCED}, customers only": only[INTRODUCED]}
    everybody = households(villages, [leaders_known(villages, villages.leaders)])
    return PAGE.format(
        households=len(villages.village), villages=len(set(villages.village.values())), ties=len(villages.ties),
        leaders=len(villages.leaders), customers=len(customers), others=len(villages.others),
        took=len(villages.took - villages.leaders), left_out=villages.left_out,
        alone=sum(not near for near in villages.near.values()), referrals=len(villages.referrals), runs=len(SEEDS),
        samples=SAMPLES, first=table(households(villages, [first]), NEAR),
        tied=table(households(villages, [first], tied=True), NEAR),
        everybody=table({name: everybody[name] for name in (NEAR, INTRODUCED, WON)}, NEAR),
        halves=table(ranked, NEAR), referrers=table(referrers(villages, halves), DEGREE),
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
