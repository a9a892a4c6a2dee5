"""One configuration of Redis on its way from lines to observations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.collectors import Collected, Context
from scanner.model import (
    Absent,
    Answer,
    Content,
    Gap,
    Input,
    Known,
    Layer,
    Observation,
    Plane,
    Present,
    Provenance,
    Setting,
    Target,
    Unresolved,
)
from scanner.readers import redis_conf, secrecy
from scanner.readers.redis_conf import Configuration, Directive
from scanner.readers.redis_users import Listed, listed
from scanner.readers.redis_words import SENSITIVE_COMMANDS, as_raw, module_name

NAME = "redis_file"
COMPONENT = "redis"
FILE, ARGUMENTS = Layer(10, "file"), Layer(30, "command line")
PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\{\{.*\}\}|\{%.*%\}|^\$\w+$|^<[\w\- ]+>$|^@@?\w+@@?$")
USERS = ("acl_users", "requirepass", "requirepass_strength")
"""Settings that follow from users, wherever the users stand."""


@dataclass
class Reading:
    """One file on its way to observations."""

    path: str
    arguments_place: str
    plane: Plane
    aclfile: str
    context: Context
    target: Target
    file: Configuration
    added: Configuration
    whole: Configuration
    observations: list[Observation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    digests: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)

    @property
    def read(self) -> bool:
        """Whether there is anything to speak of: a file that was opened, or a command line without a file."""
        return bool(self.whole.inputs) or not self.path

    @property
    def place(self) -> str:
        if not self.path:
            return self.arguments_place
        return redis_conf.shown(self.context.root / self.path, self.context.root)

    def run(self, path: Path) -> None:
        if self.read:
            for setting in self._shown():
                if setting.name not in USERS:
                    self._setting(setting)
            self._users(path)
            self._lists()
        if self.whole.problems:
            self._problems()

    def _shown(self) -> list[Setting]:
        return [
            setting
            for setting in self.context.catalogue.of(COMPONENT)
            if any(kind == NAME and self.plane in planes for kind, planes in setting.shown_by)
        ]

    def _setting(self, setting: Setting) -> None:
        """The value that each layer sets, if it does."""
        names = (setting.name, *dict(setting.aliases).get(NAME, ()))
        for configuration, layer in ((self.file, FILE), (self.added, ARGUMENTS)):
            found = configuration.last(*names)
            if found is not None and configuration.certain(found):
                self._see(setting, self._content(setting, _together(found, configuration)), found.place, layer)

    def _content(self, setting: Setting, directive: Directive) -> Content:
        text = directive.text
        if _save_after_include(directive, self.whole):
            return Unresolved(
                "after an include, some versions add the lines of save up and others keep the last one",
                "write all pairs on one line of save",
            )
        if self.plane is Plane.DECLARED and PLACEHOLDER.search(text):
            return _placeholder()
        if not setting.secret:
            return Known(as_raw(setting, text))
        if not text:
            return Absent()
        return self._secret(setting.name, text)

    def _secret(self, name: str, text: str) -> Present:
        self.digests[self.target.id, name, "server"] = secrecy.digest(self.context.digest_key, text)
        return secrecy.present(text, self.context.catalogue.weak_secrets)

    def _see(self, setting: Setting, content: Content, place: str, layer: Layer = FILE, note: str = "") -> None:
        provenance = Provenance(NAME, place, (), self.context.now)
        effect = setting.takes_effect
        self.observations.append(
            Observation(
                self.target.id,
                setting.name,
                self.plane,
                content,
                provenance,
                layer=layer,
                takes_effect=effect,
                note=note,
            )
        )

    def _name(self, name: str, content: Content, place: str, note: str = "") -> None:
        setting = self.context.catalogue.setting(COMPONENT, name)
        if setting is not None:
            self._see(setting, content, place, note=note)

    def _lists(self) -> None:
        """What several lines make together."""
        renamed = [found for found in self.whole.every("rename-command") if found.arguments]
        gone = sorted({found.arguments[0].lower() for found in renamed} & set(SENSITIVE_COMMANDS))
        modules = [found for found in self.whole.every("loadmodule") if found.arguments]
        complete = not self.file.problems
        if complete or gone:
            self._name("renamed_commands", Known(list(gone)), renamed[0].place if renamed else self.place)
        if complete or modules:
            names = [module_name(found.arguments[0]) for found in modules]
            self._name("loaded_modules", Known(list(names)), modules[0].place if modules else self.place)
        note = "the running server has written its own state over this file" if self.file.rewritten else ""
        self._name("rewritten_by_server", Known(self.file.rewritten), self.place, note)

    def _users(self, path: Path) -> None:
        """Users from lines, from the ACL file, or the built-in one, as the server would have them."""
        if self.file.problems:
            return
        found = listed(
            self.whole,
            place=self.place,
            aclfile=self._acl_path(path),
            root=self.context.root,
            limit_bytes=self.context.limit_bytes,
            version=self.target.version,
            weak_secrets=self.context.catalogue.weak_secrets,
        )
        self.inputs += found.inputs
        if isinstance(found.content, Unresolved):
            self._gap(found.content.reason, found.content.remedy, USERS, found.place)
            return
        self._name("acl_users", found.content, found.place)
        self._password(found)

    def _acl_path(self, path: Path) -> Path | None:
        """The ACL file that the configuration names. In a repository another machine's absolute path means nothing."""
        directive = self.whole.last("aclfile")
        if directive is None or not directive.text:
            return None
        if self.aclfile:
            return self.context.root / self.aclfile
        named = Path(directive.text)
        if self.plane is Plane.DECLARED and named.is_absolute():
            return path.parent / named.name
        working = self.whole.last("dir")
        base = Path(working.text) if working and self.plane is Plane.PERSISTED else path.parent
        return base / named

    def _password(self, found: Listed) -> None:
        """The password of the user default: that it is there, and how strong its text is."""
        if found.password is None:
            strength = "hashed" if found.hashed else "none"
            known = Present("literal", "weak", "it stands in public lists") if found.weak else Present("literal")
            self._name("requirepass", known if found.hashed else Known(""), found.password_place)
            self._name("requirepass_strength", Known("weak" if found.weak else strength), found.password_place)
        elif self.plane is Plane.DECLARED and PLACEHOLDER.search(found.password):
            self._name("requirepass", Present("reference"), found.password_place)
            self._name("requirepass_strength", _placeholder(), found.password_place)
        else:
            present = self._secret("requirepass", found.password)
            self._name("requirepass", present, found.password_place)
            self._name("requirepass_strength", Known(present.strength), found.password_place, present.reason)

    def _problems(self) -> None:
        """What could not be read hides every setting that nothing readable decides after it."""
        decided = {item.setting for item in self.observations}
        hidden = [setting.name for setting in self._shown() if setting.name not in decided]
        for problem in self.file.problems:
            remedy = "make the file readable, or name the directory that includes start from as start_directory"
            self._gap(f"{problem.place}: {problem.reason}", remedy, hidden, problem.place)

    def _gap(self, reason: str, remedy: str, settings: Sequence[str], locator: str) -> None:
        if settings:
            self.gaps.append(Gap(self.target.id, self.plane, NAME, reason, remedy, tuple(settings), locator))

    def collected(self) -> Collected:
        provenance = Provenance(NAME, self.place, (), self.context.now)
        complete = not self.gaps and not self.whole.problems
        answers = (Answer(self.target.id, self.plane, NAME, complete, provenance, FILE),) if self.read else ()
        return Collected(
            (self.target,),
            tuple(self.observations),
            tuple(self.gaps),
            answers,
            (*self.whole.inputs, *self.inputs),
            self.digests,
        )


def _together(found: Directive, configuration: Configuration) -> Directive:
    """The directive in effect; the lines of ``save`` add up unless one of them empties the list."""
    if found.name != "save":
        return found
    together: list[str] = []
    for line in configuration.every("save"):
        together = [] if line.text == "" else [*together, *line.arguments]
    return replace(found, arguments=tuple(together))


def _save_after_include(found: Directive, configuration: Configuration) -> bool:
    """Whether several lines of ``save`` come together around an ``include``: then 7.0 keeps the last, others all."""
    names = [item.name for item in configuration.directives]
    lines = [position for position, name in enumerate(names) if name == "save"]
    return found.name == "save" and len(lines) > 1 and "include" in names[: lines[-1]]


def _placeholder() -> Unresolved:
    return Unresolved(
        "a placeholder that something replaces before the server starts",
        "scan the file as it is installed (plane persisted), or the running server",
    )
