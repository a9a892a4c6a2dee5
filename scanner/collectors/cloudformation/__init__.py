"""CloudFormation: what templates declare, in YAML or JSON, without asking AWS.

One template in one environment is evaluated from its file and its parameters; every resource that the bindings know
becomes a target or speaks for one, through the same entries that speak for Terraform. An intrinsic function that only
the deployment can answer is unknown, with its place and what would make it known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.collectors import Collected, Context
from scanner.collectors.cloudformation.environments import survey

__all__ = ["CloudFormation", "survey"]


@dataclass(frozen=True)
class CloudFormation:
    """Reads a CloudFormation or SAM template, or the output of ``cdk synth``, in one environment."""

    template: str
    """The template file, in YAML or JSON."""
    address: str = ""
    """Judge only this resource: its logical id, such as ``OrdersDatabase``, or ``Data.OrdersDatabase`` of a stack in
    a stack."""
    parameters: dict[str, object] = field(default_factory=dict)
    """Values for the template's parameters; pseudo parameters such as ``AWS::Region`` too. No secrets."""
    parameter_files: list[str] = field(default_factory=list)
    """Parameter files, relative to the template or to the scanned directory; a later one wins."""
    config_environment: str = ""
    """The section of a ``samconfig`` file whose values hold."""

    def collect(self, context: Context) -> Collected:
        from scanner.collectors.cloudformation.reading import Source, read

        files, section = tuple(self.parameter_files), self.config_environment
        return read(Source(self.template, self.address, self.parameters, files, section), context)
