"""Environment variables, from whatever carries them, as observations.

``.env`` files, compose, Kubernetes, ECS and Lambda all end in the same thing: names with values for one process. This
module says which names mean a setting, keeps the text of a secret out of everything that leaves it, takes connection
strings apart, and lists which secrets stand as plain text in a source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from scanner.catalogue import Catalogue
from scanner.model import (
    SERVER,
    Content,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    Setting,
    Unresolved,
)
from scanner.readers import connection_parts, connection_text, secrecy
from scanner.readers.variable import SecretText, Variable, filled, rendered_later, replaceable, text_of

__all__ = [
    "CLASS_DEFAULT",
    "DOTENV",
    "PARAMETER_STORE",
    "PROCESS",
    "Digests",
    "SecretText",
    "Variable",
    "filled",
    "makes_application",
    "observe",
    "project_prefix",
    "recognised",
    "replaceable",
]

CLASS_DEFAULT = Layer(0, "class default")
DOTENV = Layer(10, ".env")
PARAMETER_STORE = Layer(15, "parameter store")
"""What an application fetches itself gives way to what it was started with."""
PROCESS = Layer(20, "process environment")

SECRET_LISTS = {
    0: "secrets_in_code",
    10: "secrets_in_dotenv",
    15: "secrets_in_parameter_store",
    20: "secrets_in_environment",
}
"""By layer, the setting that lists, without their text, the secrets of a carrier and where each comes from.

One setting for each layer: a plain-text secret is a leak even where a higher layer replaces it."""

Digests = dict[tuple[str, str, str], bytes]


@dataclass(frozen=True, slots=True)
class _Carrier:
    """What all observations of one call have in common."""

    target: str
    component: str
    catalogue: Catalogue
    collector: str
    plane: Plane
    layer: Layer
    scope: str
    digest_key: bytes = field(repr=False)
    observed_at: str = ""

    def observation(self, setting: str, variable: Variable, content: Content) -> Observation:
        return Observation(
            self.target,
            setting,
            self.plane,
            content,
            Provenance(self.collector, variable.locator, variable.chain, self.observed_at),
            self.scope,
            self.layer,
            variable.takes_effect,
            note=f"as {variable.name}" if variable.name.lower() != setting.lower() else "",
        )


def observe(
    variables: Iterable[Variable],
    *,
    target: str,
    component: str = "fastapi",
    catalogue: Catalogue,
    collector: str,
    plane: Plane = Plane.DECLARED,
    layer: Layer = PROCESS,
    scope: str = SERVER,
    digest_key: bytes = b"",
    prefixes: Sequence[str] = (),
    exact: bool = False,
    observed_at: str = "",
    locator: str = "",
    unread: str = "",
) -> tuple[list[Observation], Digests]:
    """Observations of the variables that the catalogue knows, and keyed digests of the secrets among them.

    Names are compared without regard to case, as they stand and without each of ``prefixes``; with
    ``exact``, an application that reads prefixed names only is believed to read no other. A secret becomes
    ``Present``; other text is kept raw. Two names of one setting with different secrets are both unresolved.
    ``locator`` is the carrier itself, for what is said of it as a whole when it holds no variable; ``unread`` says why
    a part of it was not read, which may hold more.
    """
    carrier = _Carrier(target, component, catalogue, collector, plane, layer, scope, digest_key, observed_at)
    variables = [rendered_later(item) for item in variables]
    observations: list[Observation] = []
    texts: dict[str, set[str]] = {}
    digests: Digests = {}
    for variable in variables:
        setting = recognised(variable.name, catalogue, component, prefixes, exact)
        named = [(setting, variable.effective)] if setting else []
        for meant, content in (*named, *connection_parts.of(variable, setting, carrier.catalogue)):
            text = _secret_text(content, meant)
            if text is not None:
                texts.setdefault(meant.name, set()).add(text)
                digests[(target, meant.name, scope)] = secrecy.digest(digest_key, text)
            observations.append(carrier.observation(meant.name, variable, _content(content, meant, catalogue)))
    observations = [_without_conflict(item, texts, digests) for item in observations]
    return [*observations, *_secret_list(variables, carrier, prefixes, locator, unread)], digests


def recognised(
    name: str, catalogue: Catalogue, component: str, prefixes: Sequence[str] = (), exact: bool = False
) -> Setting | None:
    """The setting that an environment variable of this name sets, with or (unless ``exact``) without a prefix."""
    setting = None if exact else catalogue.known_as(component, "env", name)
    for prefix in prefixes:
        if setting is None and prefix and name.lower().startswith(prefix.lower()):
            setting = catalogue.known_as(component, "env", name[len(prefix) :])
    return setting if setting is None or _is_variable(setting) else None


def _is_variable(setting: Setting) -> bool:
    """Names of the catalogue that are no variable (derived, probed) are written in lower case."""
    return setting.name.isupper()


def makes_application(
    names: Iterable[str], catalogue: Catalogue, component: str = "fastapi", prefixes: Sequence[str] = ()
) -> bool:
    """Whether a carrier of these names is an application: it names a setting that is more than a server's password."""
    found = (recognised(name, catalogue, component, prefixes) for name in names)
    return any(setting and not _SERVER_CREDENTIAL.intersection(setting.name.split("_")) for setting in found)


def project_prefix(names: Iterable[str], catalogue: Catalogue, component: str = "fastapi") -> str:
    """The prefix under which a carrier sets at least three settings, when it sets none without one; else empty."""
    settings: dict[str, set[str]] = {}
    for name in names:
        if recognised(name, catalogue, component):
            return ""
        for end in (index + 1 for index, letter in enumerate(name) if letter == "_"):
            if setting := recognised(name[end:], catalogue, component):
                settings.setdefault(name[:end].upper(), set()).add(setting.name)
    found = max(settings, key=lambda prefix: (len(settings[prefix]), -len(prefix)), default="")
    return found if len(settings.get(found, ())) >= 3 else ""


_SERVER_CREDENTIAL = {"DATABASE", "REDIS"}


def _secret_text(content: Content | SecretText, setting: Setting) -> str | None:
    """The text to digest, where the content is a secret whose text is at hand."""
    if isinstance(content, SecretText):
        return content.text
    return text_of(content) if setting.secret and isinstance(content, Known) else None


def _content(content: Content | SecretText, setting: Setting, catalogue: Catalogue) -> Content:
    """What may leave this module."""
    if isinstance(content, Unresolved):
        hidden = () if setting.secret else content.alternatives
        return replace(content, reason=secrecy.redact(content.reason), alternatives=hidden)
    if isinstance(content, Present) and not setting.secret and not dict(setting.aliases).get("connection"):
        return Unresolved("comes from a store that was not read", "ask a source that shows the running value")
    text = _secret_text(content, setting)
    if text is not None:
        if connection_parts.inner_settings(setting, catalogue):
            return Present("literal", reason="a connection string: its parts are settings of their own")
        return secrecy.present(text, catalogue.weak_secrets)
    if isinstance(content, Known) and isinstance(content.raw, str):
        return Known(secrecy.redact(content.raw))
    assert not isinstance(content, SecretText)  # noqa: S101 - narrowed by _secret_text
    return content


def _without_conflict(item: Observation, texts: dict[str, set[str]], digests: Digests) -> Observation:
    """Two different secrets under two names of one setting: neither can be said to be the one."""
    if len(texts.get(item.setting, ())) < 2 or not isinstance(item.content, Present):
        return item
    digests.pop((item.target, item.setting, item.scope), None)
    reason = "two names of this setting hold different secrets here"
    return replace(item, content=Unresolved(reason, "keep one of the names, or give both the same value"))


def _secret_list(
    variables: Sequence[Variable], carrier: _Carrier, prefixes: Sequence[str], locator: str, unread: str
) -> list[Observation]:
    """One list for the carrier: every variable that is or looks secret, and where its value comes from."""
    name = SECRET_LISTS.get(carrier.layer.rank, "")
    if carrier.catalogue.setting(carrier.component, name) is None or not (variables or locator):
        return []
    records = []
    for variable in variables:
        setting = recognised(variable.name, carrier.catalogue, carrier.component, prefixes)
        if setting.secret if setting else secrecy.looks_secret(variable.name):
            records.append(_record(variable))
    first = next((item["place"] for item in records if item["origin"] == "literal"), "")
    place = Variable(name, Known(records), first or locator or variables[0].locator)
    content: Content = Known(records)
    if unread and not first:
        content = Unresolved(f"no secret was seen, but not everything was read: {unread}", "close the gap beside it")
    return [carrier.observation(name, place, content)]


def _record(variable: Variable) -> dict[str, str]:
    content = variable.content
    record = {"name": variable.name, "place": variable.locator}
    if isinstance(content, Present):
        return {**record, "origin": content.origin}
    if isinstance(content, Unresolved):
        return {**record, "origin": "unresolved"}
    if variable.referred:
        return {**record, "origin": "reference"}
    text = content.text if isinstance(content, SecretText) else text_of(content)
    inside = connection_text.parts(text)
    empty = not text.strip() if inside is None else not inside.get("#password")
    return {**record, "origin": "no secret" if empty else "literal"}
