"""Terraform: what the sources of a root declare, without running anything.

One root in one environment is evaluated from its files and variable files; every resource that the bindings know
becomes a target or speaks for one. Whatever cannot be known is said, with its place and what would make it known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner import bindings
from scanner.collectors import Collected, Context
from scanner.collectors.terraform import applications, deep, roots, servers
from scanner.collectors.terraform.environments import distinction, survey
from scanner.collectors.terraform.servers import COLLECTOR, Report
from scanner.collectors.terraform.source import Problem, inside, relative
from scanner.collectors.terraform.stack import Bound, Stack
from scanner.errors import SilentSource
from scanner.model import Gap, Input, Plane, Target

__all__ = ["Terraform", "survey"]


@dataclass(frozen=True)
class Terraform:
    """Reads a Terraform root in one environment."""

    path: str
    """The root: the directory in which ``terraform plan`` is run."""
    address: str = ""
    """Judge only this resource, such as ``module.orders.aws_db_instance.this[0]``."""
    var_files: list[str] = field(default_factory=list)
    """Variable files in the order of ``-var-file``; ``terraform.tfvars`` and ``*.auto.tfvars`` are read anyway."""
    vars: dict[str, object] = field(default_factory=dict)
    """Values for variables, as ``-var`` gives them. No secrets."""
    workspace: str = ""
    """The workspace, where the sources ask for it."""

    def collect(self, context: Context) -> Collected:
        path = _directory(context.root, self.path)
        return deep.run(lambda: _Reading(self, context, path).collected())


def _directory(root: Path, text: str) -> Path:
    path = (root / text).resolve()
    if not inside(path, root):
        raise SilentSource(f"{text} is outside the scanned directory", "name a directory inside it")
    if not path.is_dir():
        raise SilentSource(f"there is no directory {text}", "correct the path of this source")
    return path


class _Reading:
    """One collection."""

    def __init__(self, source: Terraform, context: Context, path: Path) -> None:
        self.source = source
        self.context = replace(context, root=context.root.resolve())
        self.path = path
        files = tuple(self._var_file(name) for name in source.var_files)
        module, self.value_files = roots.open_root(
            self.context.root, path, context.limit_bytes, files, source.vars, source.workspace
        )
        self.session = module.session
        self.stack = Stack(module, bindings.shipped())

    def _var_file(self, name: str) -> Path:
        """A variable file, relative to the root module or to the scanned directory."""
        beside = self.path / name
        return beside if beside.exists() else self.context.root / name

    def collected(self) -> Collected:
        reports = list(self._reports())
        targets = () if self.context.target else tuple(report.target for report in reports)
        return Collected(
            targets,
            tuple(item for report in reports for item in report.observations),
            (*(item for report in reports for item in report.gaps), *self._gaps(reports)),
            tuple(item for report in reports for item in report.answers),
            self._inputs(),
            {key: value for report in reports for key, value in report.digests.items()},
        )

    def _reports(self) -> Iterator[Report]:
        pinned = self.context.target
        chosen = self._chosen() if pinned else self.stack.targets
        for bound in chosen:
            report = Report(pinned or self._target(bound), self.context, bound.instance.place)
            if bound.binding.variables:
                if applications.observe(bound, report, pinned=pinned is not None):
                    yield report
                else:
                    self._unreadable(bound)
            elif not bound.doubt or pinned:
                servers.observe(self.stack, bound, report)
                yield report

    def _unreadable(self, bound: Bound) -> None:
        _, hidden = applications.containers(bound)
        for reason, remedy in hidden:
            self.hidden.append((f"whether {bound.address} is an application is not known: {reason}", remedy, bound))

    def _target(self, bound: Bound) -> Target:
        environment = self.context.environment
        label = relative(self.path, self.context.root) or "."
        apart = distinction(self.source.var_files, environment, self.context.catalogue)
        inside_brackets = ":".join(part for part in (environment, apart) if part)
        suffix = f"[{inside_brackets}]" if inside_brackets else ""
        labels = tuple(self._labels(bound))
        identity = f"{label}:{bound.address}{suffix}"
        told = self.context.environment_from or "stated"
        return Target(identity, bound.binding.component, environment, told, bound.binding.platform, labels=labels)

    def _labels(self, bound: Bound) -> Iterator[tuple[str, str]]:
        yield "terraform", bound.address
        from scanner.collectors.terraform.contents import at

        for label, path in bound.binding.labels.items():
            value = at(bound.instance, path)
            if value is not None and value.kind in {"string", "number"} and not value.marks:
                yield label, str(value.data)

    def _chosen(self) -> list[Bound]:
        """The resource that the source is pinned to."""
        target = self.context.target
        fitting = [bound for bound in self.stack.targets if target and bound.binding.component == target.component]
        if self.source.address:
            exact = [bound for bound in self.stack.targets if bound.address == self.source.address]
            fitting = exact or [bound for bound in fitting if bound.address.startswith(f"{self.source.address}[")]
        if len(fitting) == 1:
            return fitting
        known = ", ".join(bound.address for bound in self.stack.targets) or "none"
        which = self.source.address or "address is not given, and several resources fit"
        self.lost = f"{which}: found {known}" if fitting or not self.source.address else f"there is no {which} here"
        return []

    lost = ""

    @property
    def hidden(self) -> list[tuple[str, str, Bound]]:
        if not hasattr(self, "_hidden"):
            self._hidden: list[tuple[str, str, Bound]] = []
        return self._hidden

    def _gaps(self, reports: list[Report]) -> Iterator[Gap]:
        """What hides something of the whole root."""
        owner = self.context.target.id if self.context.target else ""
        if self.lost:
            known = ", ".join(bound.address for bound in self.stack.targets) or "none"
            yield self._gap(owner, self.lost, f"set address: to one of: {known}", self.source.path)
        for problem in self._problems():
            yield self._gap(owner, problem.reason, "correct the file", problem.place)
        if self.context.target:
            return
        for bound in self.stack.targets:
            if bound.doubt:
                reason = f"whether {bound.address} is {bound.binding.component} is not known: {bound.doubt}"
                yield self._gap("", reason, "write it out, or give a plan", bound.instance.place)
        for reason, remedy, bound in self.hidden:
            yield self._gap("", reason, remedy, bound.instance.place)
        for module in self.stack.unread:
            if not self._harmless(module.source):
                place = f"{module.declaration.file}:{module.declaration.line}"
                reason = f"{module.address} is not on disk ({module.source}): what it declares was not seen"
                yield self._gap("", reason, "run terraform init, or vendor the module", place)

    def _harmless(self, source: str) -> bool:
        import re

        patterns = self.stack.bindings.modules_without_targets
        return any(re.fullmatch(rf"(?:registry\.terraform\.io/)?{pattern}", source) for pattern in patterns)

    def _problems(self) -> Iterator[Problem]:
        """Broken sources that may hide something, each once."""
        found = {(problem.file, problem.line): problem for problem in self.stack.broken}
        found |= self.session.problems
        yield from found.values()

    def _gap(self, target: str, reason: str, remedy: str, locator: str) -> Gap:
        return Gap(target, Plane.DECLARED, COLLECTOR, reason, remedy, locator=locator)

    def _inputs(self) -> tuple[Input, ...]:
        import hashlib

        found = dict(self.value_files)
        for directory in self.session.directories.values():
            found |= dict(directory.files)
        for path, content in self.session.texts.items():
            found[relative(path, self.context.root)] = hashlib.sha256(content).hexdigest()
        return tuple(Input(path, digest) for path, digest in sorted(found.items()))
