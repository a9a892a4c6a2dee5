"""Terraform: what the sources of a root declare, without running anything.

One root in one environment is evaluated from its files and variable files; every resource that the bindings know
becomes a target or speaks for one. Whatever cannot be known is said, with its place and what would make it known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scanner import deep
from scanner.catalogue import Catalogue
from scanner.collectors import Collected, Context, Proposal

__all__ = ["Terraform", "survey"]


def survey(root: Path, files: tuple[Path, ...], catalogue: Catalogue) -> list[Proposal]:
    """Every root with each of its environments; a module that Terragrunt gives values to is no root without them."""
    from scanner.collectors.terraform import environments, terragrunt

    units = list(terragrunt.survey(root.resolve(), terragrunt.named(files), catalogue))
    given = {str(unit.fields["path"]) for unit in units}
    plain = environments.survey(root, files, catalogue)
    return [*(item for item in plain if item.fields["path"] not in given or "var_files" in item.fields), *units]


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
    modules: dict[str, str] = field(default_factory=dict)
    """Where modules of other places are: the beginning of their source to a directory inside the scanned one."""
    plan: str = ""
    """A plan of this root in this environment, as ``terraform show -json PLAN`` writes it."""
    state: str = ""
    """Its state: a file (``terraform.tfstate`` of version 4, or what ``terraform show -json`` makes of one),
    ``s3://BUCKET/KEY``, or ``backend`` for where the root's own ``backend "s3"`` keeps it."""
    state_access: dict[str, str] = field(default_factory=dict)
    """How its bucket is reached: region, profile, role_arn, external_id_env, endpoint_url, as in sources on AWS."""

    terragrunt: str = ""
    """The ``terragrunt.hcl`` whose literal inputs this root gets."""

    def collect(self, context: Context) -> Collected:
        from scanner.collectors.terraform import reading

        given = (self.vars, self.workspace, self.plan, self.modules, self.state, self.terragrunt, self.state_access)
        source = reading.Source(self.path, self.address, tuple(self.var_files), *given)
        return deep.run(lambda: reading.read(source, context))
