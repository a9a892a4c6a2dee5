"""The help of every command: an example that can be copied, and what its exit codes mean."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from scanner.cli import COMMANDS, main


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", found) for part, found in command.commands.items())


FOUND = dict(_commands())


@pytest.mark.parametrize("name", FOUND)
def test_every_command_has_an_example_that_calls_it_and_a_help_that_is_a_sentence(name: str) -> None:
    command = FOUND[name]
    told = command.get_help(click.Context(command, info_name=name))
    assert f"  scanner {name}" in told
    assert (command.help or "").partition("\n\n")[0].replace("\n", " ").rstrip().endswith(".")


JUDGE_NOTHING = ("init", "doctor", "discover")


@pytest.mark.parametrize("name", [name for name in FOUND if name not in JUDGE_NOTHING])
def test_every_command_says_what_its_exit_codes_mean(name: str) -> None:
    told = FOUND[name].epilog or ""
    assert told.count("Exit codes: ") == 1
    assert "Exit codes: 0 " in told or name == "report"


@pytest.mark.parametrize("name", [name for name in FOUND if " " in name])
def test_a_command_in_a_list_is_told_in_whole_words(name: str) -> None:
    assert not FOUND[name].get_short_help_str(60).endswith("...")
