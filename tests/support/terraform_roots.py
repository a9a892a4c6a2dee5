"""Generated Terraform roots without providers: variables, locals, modules, expansion and functions, by type.

Expressions are drawn by the type they must have, so nearly every root is one that terraform plans. What can fail at
run time stands in ``try``. ``U`` is a text known only after the apply; it is never drawn where terraform needs to know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from hypothesis import strategies as st

UNKNOWN_TEXT = "terraform_data.u.id"
WORDS = [
    "",
    "a",
    "B-2",
    "prod",
    "eu west",
    "x_y",
    "10",
    "0.5",
    "true",
    "Äß",
    "a,b,,c",
    'q"q',
    "$${x}",
    "l\\n2",
    "%%{y}",
]
KEYS = ["a", "b", "prod", "eu-1", "K_2"]
NUMBERS = ["0", "1", "2", "7", "-3", "0.5", "1e3", "12345678901", "2.50"]

Drawn = TypeVar("Drawn")


class Draw(Protocol):
    """What hypothesis hands to a composite strategy."""

    def __call__(self, strategy: st.SearchStrategy[Drawn], /) -> Drawn: ...


@dataclass
class Names:
    """What an expression may refer to, by type."""

    known: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in TEMPLATES})
    unknown: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in TEMPLATES})

    def plus(self, **names: str) -> Names:
        """Further names that are known."""
        known = {kind: [*found, *([names[kind]] if kind in names else [])] for kind, found in self.known.items()}
        return Names(known, self.unknown)


TEMPLATES: dict[str, list[str]] = {
    "string": [
        '"${S}-${S}"', '"${N}/${B}"', '"%{ if B }${S}%{ else }no%{ endif }"', '"%{ for w in L ~}${w};%{ endfor ~}"',
        "upper(S)", "lower(S)", "title(S)", "trimspace(S)", 'join("-", L)', 'join(",", keys(M))', "B ? S : S",
        'format("%s:%d", S, ceil(N))', 'format("%05.1f|%q|%v", N, S, L)', 'replace(S, "a", S)', "strrev(S)",
        'replace(S, "/([a-z]+)/", "<$1>")', "try(substr(S, 0, 2), S)", "try(element(L, 1), S)", "try(L[0], S)",
        'lookup(M, "a", S)', 'try(M["prod"], S)', 'coalesce(S, "z")', "tostring(N)", "tostring(B)", "jsonencode(M)",
        "jsonencode({ a = L, n = N, b = B, s = S })", "md5(S)", "sha256(S)", "base64encode(S)", 'trimprefix(S, "a")',
        "yamlencode(L)", 'try(regex("[a-z]+", S), S)', "try(tolist(L)[1], S)", 'trim(S, "a")', "urlencode(S)",
        'try(one(slice(L, 0, 1)), S)', "nonsensitive(S)", 'try(jsondecode("{\\"k\\": 1}").k, S)', "chomp(S)", "(S)",
        "{ k = S }.k", "[S, S][1]", "sha1(jsonencode(M))", "indent(2, S)", 'try(base64decode(base64encode(S)), "")',
    ],
    "number": [
        "N + N", "N - N", "N * 2", "N / 4", "try(N % 3, 0)", "-N", "length(L)", "length(M)", "length(S)", "max(N, 1)",
        "min(N, N)", "abs(N)", "ceil(N)", "floor(N)", "try(tonumber(S), 5)", "try(parseint(S, 10), 0)", "sum([N, 1])",
        "B ? N : 3", "signum(ceil(N))", 'try(index(L, "a"), -1)', "N / 8", "(N + 1) * (N - 1)",
    ],
    "bool": [
        "S == S", "N > 1", "N <= N", "B && B", "B || B", "!B", 'contains(L, "a")', "can(tonumber(S))", 'S != "a"',
        'startswith(S, "a")', "alltrue([B, B])", "anytrue([B, false])", "L == L", 'can(M["a"])', "length(L) == 0",
        'try(tobool(S), false)', 'endswith(S, "c")', 'strcontains(S, "b")', "B == B", 'lookup(M, "a", "") == S',
    ],
    "list": [
        "[S, S]", "tolist([S])", 'split(",", S)', "keys(M)", "values(M)", "sort(L)", "concat(L, [S])", "distinct(L)",
        "reverse(L)", "compact(L)", "[for w in L : upper(w)]", '[for i, w in L : "${i}${w}" if w != ""]',
        "[for k, v in M : v]", "flatten([L, [S]])", "try(slice(L, 0, 1), [])", "B ? L : tolist([S])", "L[*]",
        "sort(tolist(setunion(L, [S])))", "tolist(setsubtract(L, []))", "[for w in [S, S] : w]",
        "[for i in range(2) : S]",
        'formatlist("%s!", L)', "try(chunklist(L, 1)[0], L)", "coalescelist(L, [S])", 'regexall("[a-z]", S)',
        "matchkeys(L, L, [S])", "tolist(toset(L))", "[for w in toset(L) : w]",
        "tolist(setintersection(L, L))", "sort(toset(L))", '{ for w in L : "k${w}" => w... }["ka"]',
        'transpose({ a = L })["x"]',
    ],
    "map": [
        "{ a = S, b = S }", "merge(M, { c = S })", "tomap({ prod = S })", "{ for k, v in M : k => upper(v) }",
        "{ for i, w in L : tostring(i) => w }", "merge({ a = S }, M)",
        'zipmap(["a", "b"], [S, S])', '{ for k, v in M : k => v if k != "a" }', "B ? M : tomap({ a = S })",
        '{ (S) = "v" }',
    ],
}  # fmt: skip
LETTERS = {"S": "string", "N": "number", "B": "bool", "L": "list", "M": "map"}
FALLBACK = {"string": '"f"', "number": "4", "bool": "true", "list": 'tolist(["f"])', "map": 'tomap({ f = "f" })'}


def _literal(kind: str) -> st.SearchStrategy[str]:
    words = st.sampled_from(WORDS).map(lambda word: '"' + word.replace('"', '\\"') + '"')
    if kind == "string":
        return words
    if kind == "number":
        return st.sampled_from(NUMBERS)
    if kind == "bool":
        return st.sampled_from(["true", "false"])
    if kind == "list":
        return st.lists(words, max_size=3).map(lambda items: f"tolist([{', '.join(items)}])" if items else "tolist([])")
    pairs = st.dictionaries(st.sampled_from(KEYS), words, max_size=3)
    return pairs.map(lambda items: "tomap({" + ", ".join(f'"{key}" = {text}' for key, text in items.items()) + "})")


def expression(draw: Draw, kind: str, names: Names, depth: int, *, unknown: bool) -> str:
    """An expression of a type; ``unknown`` allows what only the apply will tell."""
    known = names.known[kind]
    pool = [*known, *known, *(names.unknown[kind] if unknown else [])]
    choice = draw(st.sampled_from(["literal", "name", "name"] if depth <= 0 else ["name", *["template"] * 4]))
    if choice == "name" and pool:
        return draw(st.sampled_from(pool))
    if choice != "template":
        return draw(_literal(kind))
    template = draw(st.sampled_from(TEMPLATES[kind]))
    found = ""
    for position, letter in enumerate(template):
        around = template[max(position - 1, 0) : position] + template[position + 1 : position + 2]
        if letter in LETTERS and not any(other.isalnum() or other == "_" for other in around):
            found += expression(draw, LETTERS[letter], names, depth - 1, unknown=unknown)
        else:
            found += letter
    return f"try({found}, {FALLBACK[kind]})" if kind in {"list", "map"} else f"({found})"


TYPES = {"string": "string", "number": "number", "bool": "bool", "list": "list(string)", "map": "map(string)"}


def _names(prefix: str) -> Names:
    names = Names()
    for kind in TYPES:
        names.known[kind].append(f"{prefix}.{kind}")
    return names


def _variables(defaults: dict[str, str]) -> str:
    parts = []
    for kind, text in TYPES.items():
        default = f"  default = {defaults[kind]}\n" if kind in defaults else ""
        parts.append(f'variable "{kind}" {{\n  type = {text}\n{default}}}\n')
    return "".join(parts)


def _resource(draw: Draw, name: str, names: Names) -> str:
    """A resource with an input; ``for_each`` and ``count`` are drawn of what is known."""
    way = draw(st.sampled_from(["", "", "for_each list", "for_each map", "count"]))
    head = ""
    if way.startswith("for_each"):
        text = 'toset(["a", "eu-1"])' if way.endswith("list") else '{ a = "x", b = upper("y") }'
        if draw(st.booleans()):
            text = "{ for k, v in var.map : k => v }" if way.endswith("map") else "toset([for k, v in var.map : k])"
        head, names = f"  for_each = {text}\n", names.plus(string="each.key").plus(string="each.value")
    elif way:
        head = f"  count = min(2, length({expression(draw, 'list', names, 1, unknown=False)}))\n"
        names = names.plus(number="count.index")
    kind = draw(st.sampled_from(list(TYPES)))
    text = expression(draw, kind, names, 3, unknown=True)
    return f'resource "terraform_data" "{name}" {{\n{head}  input = {text}\n}}\n'


def _child(draw: Draw) -> str:
    names = _names("var")
    names.unknown["list"] = [names.known["list"].pop()]
    parts = [_variables({"number": "3", "list": '["c"]', "bool": "false", "map": "{}"})]
    parts += [f'output "{kind}" {{\n  value = {expression(draw, kind, names, 2, unknown=True)}\n}}\n' for kind in TYPES]
    return "".join([*parts, _resource(draw, "inner", names)])


@st.composite
def roots(draw: Draw) -> dict[str, str]:
    """The files of a root."""
    names = _names("var")
    parts = [_variables({kind: draw(_literal(kind)).replace("tolist(", "(").replace("tomap(", "(") for kind in TYPES})]
    parts.append('resource "terraform_data" "u" {}\n')
    names.unknown["string"].append(UNKNOWN_TEXT)
    locals_ = []
    for number in range(6):
        kind = draw(st.sampled_from(list(TYPES)))
        unknown = number >= 4
        locals_.append(f"  l{number} = {expression(draw, kind, names, 2, unknown=unknown)}\n")
        (names.unknown if unknown else names.known)[kind].append(f"local.l{number}")
    parts.append(f"locals {{\n{''.join(locals_)}}}\n")
    arguments = "".join(f"  {kind} = {expression(draw, kind, names, 1, unknown=False)}\n" for kind in ("string", "map"))
    parts.append(f'module "plain" {{\n  source = "./child"\n{arguments}}}\n')
    parts.append('module "many" {\n  source = "./child"\n  for_each = toset(["p", "q"])\n  string = each.key\n'
                 f"  list = {expression(draw, 'list', names, 1, unknown=True)}\n}}\n")  # fmt: skip
    for kind in TYPES:
        names.known[kind].append(f"module.plain.{kind}")
        names.unknown[kind].append(f'module.many["p"].{kind}')
    parts += [_resource(draw, f"r{number}", names) for number in range(12)]
    given = {"string": draw(st.sampled_from(["given", "10", "Äß"])), "map": {"a": "1", "prod": "tfvars"}}
    return {"main.tf": "".join(parts), "child/main.tf": _child(draw), "terraform.tfvars.json": json.dumps(given)}
