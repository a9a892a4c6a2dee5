"""How an account and a region of AWS are reached: the fields that every AWS kind of source has in ``scanner.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scanner.collectors import Context, Recorded
from scanner.model import Observation


def _told(description: str) -> str:
    """An empty text with its description, which the docstrings of a base class do not hand on to the schema."""
    text: str = field(default="", metadata={"description": description})
    return text


@dataclass(frozen=True)
class Access:
    """Where credentials come from and where they are used. No field holds a secret."""

    region: str = _told("Region, such as eu-west-1; empty for the one of the profile or of AWS_DEFAULT_REGION.")
    profile: str = _told("Profile of the AWS configuration file; empty for the default chain of credentials.")
    role_arn: str = _told("Role to assume, for another account or for a narrower policy.")
    external_id_env: str = _told("Name of the variable that holds the external id which that role asks for.")
    endpoint_url: str = _told("Endpoint of a local emulator, for every service; empty for AWS itself.")

    def reach(self) -> Access:
        """These fields alone, whatever kind of source holds them: what sessions and answers are shared by."""
        return Access(self.region, self.profile, self.role_arn, self.external_id_env, self.endpoint_url)

    def who(self, context: Context, asked: Sequence[Observation], since: str) -> Recorded:
        """Whom CloudTrail names for what these observations say."""
        from scanner.collectors.aws import trail

        return trail.who(self, context, asked, since)
