"""From text to our own tree: cutting, repairs, lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collectors.terraform import lexer, parse, repair, syntax
from scanner.collectors.terraform.syntax import SyntaxProblem


def lines(node: syntax.Body) -> dict[str, int]:
    return {name: argument.line for name, argument in node.arguments.items()}


REFUSED_AT_FIRST = [
    'a = "x${\n  b\n}"\n',
    "a = [1, # one\n  2 /* two */\n  , 3]\n",
    "a = (b\n  .c)\n",
    'a = "x ${~ b ~} y"\n',
    "a = /* note */ b\n",
    "a = core::upper(b)\n",
    'a = f(b,\n  # why\n  "${c}")\n',
]


@pytest.mark.parametrize("text", REFUSED_AT_FIRST)
def test_valid_terraform_that_the_parser_refuses_is_repaired_and_keeps_its_lines(text: str) -> None:
    whole = f"locals {{\n  {text}  last = 1\n}}\n"
    body = parse.body(whole).blocks[0].body
    assert set(body.arguments) == {"a", "last"}
    assert lines(body)["last"] == whole.count("\n") - 1


def test_a_reference_as_a_key_costs_only_the_value_that_it_stands_in() -> None:
    body = parse.body("m {\n  providers = {\n    cloud.east = cloud.east\n  }\n  last = 1\n}\n").blocks[0].body
    providers = body.expression("providers")
    assert isinstance(providers, syntax.Object)
    assert [type(key) for key, _ in providers.items] == [syntax.Refused]
    assert set(body.arguments) == {"providers", "last"}


def test_a_repair_never_touches_heredocs_or_plain_texts() -> None:
    text = 'x {\n  a = <<EOT\n# no comment ${b}\n/* none */\nEOT\n  b = "# text // text"\n}\n'
    assert repair.repair(text).text == text


def test_every_line_of_a_file_is_told_by_its_block() -> None:
    text = '# first\n\nresource "a" "b" {\n  x = 1\n\n  y {\n    z = 2\n  }\n}\n/* between\n */ variable "v" {}\n'
    slices, damages = lexer.split(text)
    assert [(item.kind, item.labels, item.line) for item in slices] == [
        ("resource", ("a", "b"), 3),
        ("variable", ("v",), 11),
    ]
    assert damages == []
    body = parse.body(slices[0].text, slices[0].line).blocks[0].body
    assert (lines(body), body.blocks[0].line, lines(body.blocks[0].body)) == ({"x": 4}, 6, {"z": 7})


def test_braces_in_texts_comments_and_heredocs_do_not_cut() -> None:
    text = 'a {\n  x = "}" # }\n  y = "${f("}")}"\n  z = <<-EOT\n    }\n    EOT\n  /* } */\n}\nb {}\n'
    slices, damages = lexer.split(text)
    assert ([item.kind for item in slices], damages) == (["a", "b"], [])


def test_after_a_broken_block_the_next_one_is_found() -> None:
    text = 'resource "a" "b" {\n  x = [\n}\n\nresource "c" "d" {\n  y = 1\n}\n'
    slices, damages = lexer.split(text)
    assert ("c", "d") in [item.labels for item in slices]
    assert damages[0].line == 1


@pytest.mark.parametrize("text", ["a = ", "a = 1 2", "a = b c", 'a = "${"', "größe = 1", 'a = "\\q"'])
def test_what_is_not_terraform_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(SyntaxProblem) as problem:
        parse.body(f"x {{\n\n{text}\n}}\n", 10)
    assert 10 <= problem.value.line <= 14


def test_an_index_after_an_old_splat_is_applied_to_the_list_and_after_a_new_one_to_each_member() -> None:
    assert isinstance(parse.expression("a.*.b[0]"), syntax.Index)
    assert isinstance(parse.expression("a[*].b[0]"), syntax.Splat)


WORDS = st.sampled_from(
    [
        '"a"',
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        '"',
        "${",
        "%{",
        "<<EOT\n",
        "EOT\n",
        "\n",
        "=",
        "a",
        "#",
        "/*",
        "*/",
        "\\",
        "~",
        "1",
        ".",
        "?",
        ":",
        ",",
        "for",
        "if",
        "\x00",
        "é",
    ]
)


@given(st.lists(WORDS, max_size=40))
def test_no_text_breaks_the_cutter_the_repair_or_the_parser(words: list[str]) -> None:
    text = " ".join(words)
    lexer.split(text)
    for work in (parse.body, parse.expression, repair.repair):
        try:
            work(text)
        except SyntaxProblem as problem:
            assert problem.line >= 1
