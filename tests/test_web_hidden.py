"""Names hidden for a screenshot: nothing that can be seen or heard on any page tells who a party is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from explorer import Explorer
from explorer.origins import of_string
from tests.viewing import Look, looking, served
from web.access import Access
from web.addresses import encode
from web.app import create_app
from web.workbook import Workbook, lists

SEEN = """() => {
    const told = [document.title, document.body.innerText];
    for (const one of document.querySelectorAll("body *")) {
        if (one.matches("script, style")) continue;
        if (!one.children.length) told.push(one.textContent);
        for (const name of ["placeholder", "title", "aria-label", "aria-description", "alt", "label", "download"])
            if (one.hasAttribute(name)) told.push(one.getAttribute(name));
        const filled = "textarea, select, input:not([type=hidden], [type=checkbox], [type=radio])";
        if (one.matches(filled)) told.push(one.value);
    }
    const drawn = document.getElementById("picture-data");
    const boxes = drawn ? Object.values(JSON.parse(drawn.textContent).vis.nodes) : [];
    for (const { label, title } of boxes) told.push(label, title);
    return told.filter(Boolean);
}"""
"""All that a page shows, says to a screen reader, or draws."""


@pytest.fixture(scope="module")
def secrets(county: Explorer) -> set[str]:
    """Names, ids, addresses and telephones of parties, and the groups, which tell who their members are.

    Not those that a manager has too: managers may be chosen by their names.
    """
    parties = county.view().parties
    told = {
        one for name in ("party_id", "name", "address", "phone") for one in parties.column(name).to_pylist() if one
    }
    groups = county.view().bonds.tables["groups"]
    for name in ("group_id", "name"):
        told.update(one for one in groups[name].to_pylist() if one)
    managers = " ".join(county.names("Manager").values())
    return {one for one in told if one not in managers}


@pytest.fixture(scope="module")
def visits(county: Explorer) -> dict[str, str]:
    """Addresses of all pages, with much to see."""
    view = county.view()
    core = view.parties.take("party_id", view.cores[:1])[0].as_py()
    first, second, *_ = county.dig([core], direction="upstream", top=5).frame()["prospect_id"]
    party = f"/party/{encode(core)}"
    circles = {
        kind: county.circles(kind).frame()["circle_id"]
        for kind in ("community", "group", "grid", "guarantee", "ownership")
    }
    namesakes = next(name for name, count in Counter(view.parties.column("name").to_pylist()).items() if count > 1)
    statement = quote(f"MATCH (p:Party {{party_id: '{core}'}})<-[:SUPPLIES]-(q:Party) RETURN p, p.name, q.party_id")
    return {
        "home": "/", "find": f"/?find={core}", "find-name": "/?find=粮", "nobody": "/?find=没有这家",
        "near": f"/?find={quote('core:' + view.parties.take('name', view.cores[:1])[0].as_py() + '店')}",
        "twins": f"/party/{quote(namesakes)}", "path-twins": f"/path?start={quote(namesakes)}&end={first}",
        "library-twins": f"/query/neighbours?p_party={quote(namesakes)}&tab=table",
        "party": party, "picked": f"{party}?pick={encode(first)}", "table": f"{party}?view=table",
        "downstream": f"{party}?tab=downstream&side=1&group=leaves",
        "ask": f"{party}?ask={encode(first)}", "prospect": f"/party/{encode(first)}",
        "neighbours": f"{party}/neighbours", "suppliers": f"{party}/neighbours?relation=SUPPLIES&direction=in",
        "groups": f"/party/{encode(first)}/neighbours?relation=MEMBER_OF&direction=out",
        "path": f"/path?start={core}&end={first}", "path-half": f"/path?start={core}",
        "path-none": "/path?start=没有这家&end=粮",
        "dig": f"{party}/dig?direction=both", "prospects": "/prospects",
        "introduce": f"/party/{encode(first)}/introduce", "introduce-string": f"{party}/introduce?of=string",
        "introductions": f"/introduce?prospects={first}%0A{second}",
        "introductions-string": f"/introduce?string_of={core}",
        "referrers": "/referrers?k=4",
        **{f"circles-{kind}": f"/circles?kind={kind}" for kind in circles},
        **{f"circle-{kind}": f"/circles/{kind}/{encode(ids[0])}" for kind, ids in circles.items()},
        "grids": "/grids?pick=G00001",
        "query": "/query", "plan": f"/query?statement={statement}&tab=plan",
        "wrong": f"/query?statement={statement}+LIMIT+x&tab=table",
        "library": f"/query/neighbours?p_party={core}&tab=table",
        "library-graph": f"/query/neighbours?p_party={core}&tab=graph",
        "typed": f"/query?statement={statement}&tab=table",
        "lists": "/lists", "list": "/lists/1", "status": "/status",
    }  # fmt: skip


@pytest.fixture(scope="module")
def shown(county: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a viewer with a list of parties that were found by digging."""
    book, view = Workbook.file(tmp_path_factory.mktemp("book") / "workbook.db"), county.view()
    dug = county.dig(view.parties.take("party_id", view.cores[:1]).to_pylist(), direction="upstream", top=5)
    ids = dug.frame()["prospect_id"].tolist()
    named = dict(zip(ids, (county.party(one).facts["name"] for one in ids), strict=True))
    lists.add(book, "", None, "春耕", named, {}, of_string(dug, ids))
    with served(create_app(county, Access.local(book))) as address:
        yield address


def test_no_page_tells_who_a_party_is(
    browser: Browser, county: Explorer, shown: str, secrets: set[str], visits: dict[str, str]
):
    found: dict[str, list[str]] = {}
    with looking(browser, shown, Look("zh", "desktop")) as page:
        for name, path in visits.items():
            page.goto(path + ("&" if "?" in path else "?") + "names=hidden")
            told = "\n".join(page.evaluate(SEEN))
            # The manager of a party tells who it is; those one may choose from do not.
            kept = secrets | {*county.names("Manager").values()} if "intro" in name else secrets
            if leaked := sorted(secret for secret in kept if secret in told):
                found[name] = leaked
    assert found == {}


def test_a_chosen_suggestion_shows_its_number_and_sends_its_id(browser: Browser, shown: str, visits: dict[str, str]):
    with looking(browser, shown, Look("zh", "desktop")) as page:
        for path, box, sent in (("/path?", "#start", "start"), ("/introduce?", "#string_of", "string_of"),
                                ("/query/neighbours?", "#p-party", "p_party")):  # fmt: skip
            page.goto(f"{path}names=hidden")
            page.locator(box).press_sequentially(visits["find"].partition("=")[2])
            expect(page.locator("[role=option]")).to_have_count(1)
            page.locator("[role=option]").click()
            assert page.locator(box).input_value() == "企业 001"
            assert page.locator(f"input[name={sent}]").get_attribute("type") == "hidden"
            page.locator(box).press("Enter")
            page.wait_for_url(f"**{sent}={visits['find'].partition('=')[2]}**")
        page.goto("/path?names=hidden")
        page.locator("#start").press_sequentially(visits["find"].partition("=")[2])
        expect(page.locator("[role=option]")).to_have_count(1)
        page.locator("[role=option]").click()
        page.locator("#start").press_sequentially("0")
        assert page.locator("input[name=start]").input_value() == "企业 0010"


def test_no_file_tells_who_a_party_is(viewer: Flask, secrets: set[str], visits: dict[str, str]):
    client, found = viewer.test_client(), {}
    kept = tuple(secret for secret in secrets if len(secret) > 2)
    for name, path in visits.items():
        at, _, query = path.partition("?")
        with client.get(f"{at.rstrip('/')}/rows.csv?{query}&names=hidden") as answer:
            if answer.status_code == 200 and (leaked := [secret for secret in kept if secret in answer.text]):
                found[name] = leaked[:5]
    assert found == {}
