"""`explorer referrers`: whom to ask, alone or in a campaign, what they earned, and what looks odd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explorer.commands.calls import deliver, opened, tell
from explorer.commands.digging import FORMATS
from explorer.commands.kinds import ExistingFile, Number
from explorer.commands.rates import read_rates
from explorer.commands.words import Command, lang_of, option, settings
from explorer.texts import say

if TYPE_CHECKING:
    from explorer.abuse import Flags
    from explorer.campaigning import CampaignFound
    from explorer.referrers import Referrers
    from explorer.referring import Basis
    from explorer.rewards import Ledger
    from explorer.service import Explorer

REFERRER_GLANCE = (
    "party_id", "name", "expected", "expected_se", "one_hop", "known", "converted", "rate", "reach_2",
    "likely_1_name",
)  # fmt: skip
CAMPAIGN_GLANCE = ("rank", "party_id", "name", "gain", "gain_se", "together", "expected", "one_hop")
LEDGER_GLANCE = (
    "referrer_id", "referrer_name", "referred_id", "date", "outcome", "reward", "earned", "month_earned",
    "person_earned",
)  # fmt: skip
FLAG_GLANCE = ("flag", "case", "reason", "referrer_id", "referred_id", "date", "outcome", "reward")
"""What people see of the many columns on a terminal."""
MOST = 1_000_000


@click.command(cls=Command)
@option("--campaign", metavar="INT", type=Number(int, 1, MOST))
@option("--budget", metavar="MONEY")
@option("--cost", metavar="MONEY")
@option("--grid", "referrer_grids", multiple=True)
@option("--probabilities", type=ExistingFile())
@option("--by-value", is_flag=True)
@option("--ledger", is_flag=True)
@option("--flags", is_flag=True)
@option("--seed", "simulation_seed", metavar="INT")
@settings(
    "contact",
    "simulations",
    "certificate",
    "campaign_sets",
    "ring_length",
    "burst_referrals",
    "burst_days",
    "cycle_limit",
)
@option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path))
@option("--format", "file_format", type=FORMATS)
@settings("encoding", "threads", "store", "home", "lang")
@click.pass_context
def referrers(
    context: click.Context, /, campaign: int | None, budget: str | None, cost: str | None,
    referrer_grids: tuple[str, ...], probabilities: Path | None, by_value: bool, ledger: bool, flags: bool,
    out: Path | None, file_format: str | None, **given: Any,
) -> None:  # fmt: skip
    size = size_of(context, campaign, budget, cost)
    if (size is not None) + ledger + flags > 1:
        raise click.UsageError(say("cli.referrers_one", lang_of(context)))
    explorer = opened(given)
    if (ledger or flags) and (referrer_grids or probabilities or by_value):
        raise click.UsageError(say("cli.referrers_all", lang_of(context)))
    found, glance = answer(explorer, size, ledger, flags, referrer_grids, probabilities, by_value)
    written = deliver(context, found.table(), out, file_format, explorer.settings.text("encoding"), glance=glance)
    if written and out:
        from explorer.formats.manifest import write_manifest

        facts = found.facts()
        paid = {name: value for name, value in (("budget", budget), ("cost", cost)) if value is not None}
        write_manifest(out, facts | {"parameters": facts["parameters"] | paid}, written)
    summarise(context, found)


def size_of(context: click.Context, campaign: int | None, budget: str | None, cost: str | None) -> int | None:
    """How many referrers a campaign has: as many as are wanted and can be paid; None where none is asked for."""
    if (budget is None) != (cost is None):
        raise click.UsageError(say("cli.budget_and_cost", lang_of(context)))
    from explorer.campaigning import affordable

    return affordable(campaign, budget, cost)


def answer(
    explorer: Explorer, size: int | None, ledger: bool, flags: bool, grids: tuple[str, ...],
    probabilities: Path | None, by_value: bool,
) -> tuple[Referrers | CampaignFound | Ledger | Flags, tuple[str, ...]]:  # fmt: skip
    """What was asked for, and which of its columns people see."""
    if ledger:
        return explorer.ledger(), LEDGER_GLANCE
    if flags:
        return explorer.flags(), FLAG_GLANCE
    rates = read_rates(probabilities, explorer.view()) if probabilities else None
    if size is None:
        return explorer.referrers(grids=grids, rates=rates, by_value=by_value), REFERRER_GLANCE
    return explorer.campaign(size, grids=grids, rates=rates, by_value=by_value), CAMPAIGN_GLANCE


def summarise(context: click.Context, found: Referrers | CampaignFound | Ledger | Flags) -> None:
    """Say what the rows do not show: how sure they are, what they rest on, which choice won."""
    from explorer.campaigning import CampaignFound
    from explorer.referrers import Referrers
    from explorer.rewards import Ledger

    if isinstance(found, Ledger):
        money = {name: found.totals[name] / 100 for name in ("reward", "earned")}
        tell(context, "cli.ledger_done", **{**found.totals, **money})
    elif isinstance(found, CampaignFound):
        of_campaign(context, found)
        of_rates(context, found.basis, by_value=found.asked.by_value)
    elif isinstance(found, Referrers):
        count, seed = len(found.basis.referrers), found.seed
        tell(context, "cli.referrers_done", count=count, simulations=found.simulations, seed=seed)
        of_rates(context, found.basis, by_value=True)
    else:
        tell(context, "cli.flags_done", cases=", ".join(f"{kind} {count}" for kind, count in found.counts.items()))
        if found.cut:
            tell(context, "cli.flags_cut", count=found.cycle_limit)


def of_campaign(context: click.Context, answered: CampaignFound) -> None:
    from explorer.campaigning import CHECKS

    found, count = answered.found, len(answered.found.referrer)
    tell(
        context, "cli.campaign_done", count=count, candidates=len(answered.basis.referrers), checks=CHECKS,
        expected=found.expected, error=found.error,
    )  # fmt: skip
    sure = {"certificate": found.certificate, "lower": found.lower, "upper": found.upper, "sets": found.sets}
    tell(context, "cli.campaign_certificate", **sure)
    if found.certificate < answered.certificate:
        key = "cli.campaign_settled" if found.settled else "cli.campaign_uncertain"
        tell(context, key, target=answered.certificate, sets=found.sets if found.settled else answered.sets)
    if count < answered.size:
        tell(context, "cli.campaign_fewer", count=count, wanted=answered.size)
    if not found.second:
        tell(context, "cli.campaign_same")
        return
    won = {"method": found.method, "second": found.second, "lead": found.lead, "error": found.lead_error}
    tell(context, "cli.campaign_won", **won)


def of_rates(context: click.Context, basis: Basis, *, by_value: bool) -> None:
    prior = basis.rates.prior
    tell(
        context, f"cli.rates_{basis.recorded}", outcomes=prior.outcomes, referrers=prior.referrers,
        mean=prior.mean, weight=prior.weight,
    )  # fmt: skip
    if basis.given.any():
        tell(context, "cli.rates_given", count=int(basis.given.sum()))
    if by_value and basis.value is not None and basis.without_value:
        tell(context, "cli.without_value", count=basis.without_value)
