"""The catalogue: both languages say the same things, and everything that the code says has a text."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click
import pytest

from explorer.cli import explorer
from explorer.commands.words import Option
from explorer.settings import SETTING, SETTINGS
from explorer.texts import LANGUAGES, area, language, say
from graph.model import NODES, RELATIONS
from tests.parts import Run, elsewhere

ROOT = Path(__file__).parent.parent
SOURCES = {
    path: path.read_text("utf-8")
    for package in ("explorer", "graph", "web")
    for path in (ROOT / package).rglob("*.*")
    if path.suffix in (".py", ".html")
}
HERE = ROOT / "explorer" / "texts"
AREAS = sorted(path.stem for path in (HERE / "en").glob("*.toml"))
KEY = re.compile(rf"""["']({"|".join(AREAS)})\.([a-z]\w*)["']""")
"""A key of the catalogue as it stands in code."""
FILE_ENDINGS = {"toml", "md", "json", "csv", "html"}
CLASSES = re.findall(r"^class (\w+)", (ROOT / "explorer/errors.py").read_text("utf-8"), re.MULTILINE)
ERROR = re.compile(rf"""\b(?:{"|".join(CLASSES)})\(\s*["']([a-z_0-9]+)["']""")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def commands(command: click.Command = explorer, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with the key of its text."""
    yield "_".join(words) or "explorer", command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, (*words, name))


@pytest.mark.parametrize("name", AREAS)
def test_both_languages_have_the_same_keys_in_the_same_order(name: str):
    assert list(area(name, "zh")) == list(area(name, "en"))


@pytest.mark.parametrize("name", AREAS)
def test_both_languages_fill_in_the_same_values(name: str):
    zh, en = ({key: placeholders(text) for key, text in area(name, lang).items()} for lang in ("zh", "en"))
    assert zh == en


def test_both_languages_have_the_same_areas():
    assert {lang: sorted(path.stem for path in (HERE / lang).iterdir()) for lang in LANGUAGES} == dict.fromkeys(
        LANGUAGES, AREAS
    )


@pytest.mark.parametrize("name", AREAS)
def test_chinese_texts_are_chinese_and_english_ones_are_not(name: str):
    # An English text may quote a Chinese name as an example.
    english = [key for key, text in area(name, "en").items() if re.search(r"[\u3000-\u303f\uff00-\uffef]", text)]
    chinese = [key for key, text in area(name, "zh").items() if not CHINESE.search(text)]
    assert (english, [key for key in chinese if area(name, "zh")[key] != area(name, "en")[key]]) == ([], [])


def test_every_key_in_the_code_has_a_text():
    missing = {
        (path.relative_to(ROOT).as_posix(), name, key)
        for path, source in SOURCES.items()
        for name, key in KEY.findall(source)
        if key not in FILE_ENDINGS and not key.endswith("_") and key not in area(name, "en")
    }
    assert missing == set()


def test_every_error_raised_has_a_text():
    raised = {code for source in SOURCES.values() for code in ERROR.findall(source)}
    assert len(raised) > 20
    assert raised - set(area("error", "en")) == set()


def test_every_text_is_said_somewhere():
    whole = "\n".join(SOURCES.values())
    # Keys are also put together from a word and a value, as in f"cli.option_{name}".
    parts = tuple(re.findall(r"""["'](?:\w+\.)?([a-z_]+_)(?:\{|["'] (?:\|\||~))""", whole))
    ends = tuple(re.findall(r"""(?:\}|~ ["'])(_[a-z_]+)["']""", whole))
    words = set(re.findall(r"\w+", whole))
    names = {key for key, _ in commands()} | {setting.name for setting in SETTINGS}
    silent = [
        f"{name}.{key}"
        for name in ("cli", "error", "export", "load", "progress", *(one for one in AREAS if one.startswith("web")))
        for key in area(name, "en")
        if key not in words
        and key not in names
        and name not in ("web_words", "web_ties", "web_columns")  # words of the data
        and not key.startswith(parts)
        and not key.endswith(ends)
    ]
    assert silent == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_setting_has_a_text(lang: str):
    assert set(area("settings", lang)) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_of_the_model_has_a_text(lang: str):
    parties = {one.name for one in NODES[0].properties} - {"party_id", "name"}
    labels = {node.label for node in NODES}
    types = {f"{relation.type}_{end}" for relation in RELATIONS for end in ("out", "in")}
    assert set(area("model", lang)) >= parties | labels | types


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_and_option_has_a_text(lang: str):
    wanted = {key for key, _ in commands()} | {
        f"option_{param.name}"
        for _, command in commands()
        for param in command.params
        if isinstance(param, click.Option) and param.name not in SETTING
    }
    assert wanted - set(area("cli", lang)) == set()


def test_every_option_takes_its_text_from_the_catalogue():
    plain = [
        (key, param.name)
        for key, command in commands()
        for param in command.params
        if isinstance(param, click.Option) and not isinstance(param, Option)
    ]
    assert plain == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_shows_an_example(lang: str):
    bare = [key for key, _ in commands() if f"explorer {key.partition('_')[0]}" not in area("cli", lang)[key]]
    assert [key for key in bare if key != "explorer"] == []


@pytest.mark.parametrize("words", [key.split("_") for key, _ in commands()], ids=" ".join)
def test_every_help_is_wholly_in_chinese(words: list[str], run: Run):
    shown = run("--lang", "zh", *(word for word in words if word != "explorer"), "--help")
    assert (shown.code, re.findall(r"\b(Show|Usage|Options|Commands|default)\b", shown.out.decode())) == (0, [])


def test_no_chinese_text_stands_in_the_commands_outside_the_catalogue():
    found = [path.name for path in (ROOT / "explorer/commands").glob("*.py") if CHINESE.search(SOURCES[path])]
    assert found == []


def test_an_unknown_key_is_an_error_and_not_an_empty_text():
    with pytest.raises(KeyError):
        say("cli.nothing_of_this_name", "en")


@pytest.mark.parametrize(
    ("wanted", "locale", "spoken"),
    [("zh", "en_US.UTF-8", "zh"), ("en", "zh_CN.UTF-8", "en"), ("auto", "zh_CN.UTF-8", "zh"), ("auto", "zh_TW", "zh"),
     ("auto", "C.UTF-8", "en"), ("auto", "", "en")],
)  # fmt: skip
def test_the_language_is_as_wanted_or_the_locales(wanted: str, locale: str, spoken: str):
    assert language(wanted, locale) == spoken


def test_texts_and_shipped_mappings_are_read_out_of_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "product.zip", "w") as product:
        for package in ("explorer", "graph"):
            for file in sorted((ROOT / package).rglob("*")):
                if file.suffix in (".py", ".toml"):
                    product.write(file, file.relative_to(ROOT))
    words = """
from pathlib import Path
from explorer.errors import StoreError
from graph.loaders.mapping import read_mapping, shipped_names
read_mapping(Path(shipped_names()[0]))
print(StoreError("spark_unfinished", folder="w"))
"""
    zipped = elsewhere(PYTHONPATH=str(tmp_path / "product.zip"))
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, env=zipped, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.startswith("The work folder w is not whole"), done.stderr
