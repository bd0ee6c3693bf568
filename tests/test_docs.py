"""What is promised in words is kept: every field can be asked for, every command says how, the README's blocks work."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli import cli
from corpus.catalogue import read_policies_text
from corpus.fields import registry

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What every command takes, by the interface that outside scripts rely on.
COMMON = {"--data", "--as-of", "--json", "-q"}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name (`export measures`)."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(cli))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def command_lines() -> list[str]:
    """The `run.py …` lines of the README's shell blocks and of the commands' own help."""
    texts = [*blocks("sh"), *(command.help or "" for command in COMMANDS.values())]
    lines = [line for text in texts for line in re.findall(r"run\.py (.+)", text)]
    return [line.partition(" #")[0].strip() for line in lines]


def check_line(line: str) -> None:
    """Raise where `line` names a command or an option that there is not, or leaves out what is required."""
    command: click.Command = cli
    words = shlex.split(line)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    context = click.Context(command, info_name="run.py")
    given, rest, _ = command.make_parser(context).parse_args(list(words))
    absent = [p.name for p in command.params if p.required and not p.is_eager and given.get(p.name) in (None, ())]
    if rest or absent:
        raise click.UsageError(f"{rest} {absent}")


@pytest.mark.parametrize("field", registry().values(), ids=lambda field: field.name)
def test_every_field_says_what_it_is_how_it_is_asked_and_where_it_comes_from(field):
    assert field.label.strip()
    assert field.question.strip()
    assert field.origin.strip()
    assert field.unit or field.type != "number"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name):
    command = COMMANDS[name]
    assert command.help
    assert f"例：run.py {name}" in command.help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named_in_the_readme(name):
    assert re.search(rf"(?:run\.py |`){name}\b", README)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help_and_the_common_ones_are_there(name):
    options = [param for param in COMMANDS[name].params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []
    assert {opt for option in options for opt in option.opts} >= COMMON


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_that_is_shown_can_be_typed(line):
    check_line(line)


def test_the_readme_s_structured_file_is_read():
    (block,) = blocks("yaml")
    reading = read_policies_text(block.encode(), "README.yaml")
    assert reading.problems == ()
    assert [measure.title for policy in reading.policies for measure in policy.measures]


def test_the_readme_s_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE)
    assert {"run", "test"} <= set(targets)
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_what_a_page_points_to_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_files_named_in_the_readme_are_there():
    named = re.findall(r"`([\w/]+/[\w./]+\.\w+)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_change_log_names_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_architecture_names_every_room():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in ROOT.glob("*/__init__.py")]
    assert [room for room in rooms if f"{room}/" not in text] == []


@pytest.mark.parametrize(
    "line", ["serch 奖励", "search 奖励 --regoin 419001", "checklist 企业.json", "match a.json b.json"]
)
def test_a_line_that_cannot_be_typed_is_found(line):
    with pytest.raises((KeyError, click.UsageError)):
        check_line(line)
