"""Targets that are proposed: joined with a declaration by identifier only, never twice, and with what is not sure."""

from __future__ import annotations

from pathlib import Path

from scanner.catalogue import shipped
from scanner.collectors.aws.refusals import Call, refusal
from scanner.collectors.aws.region import Found, Listing
from scanner.model import Target
from scanner.project import Project, SourceEntry, TargetEntry
from scanner.propose import Declared, Proposed, propose

ENTRY = SourceEntry("terraform", {"path": "infra", "var_files": []}, "infra", environment="staging")


def found(name: str, component: str = "postgresql", label: str = "rds_instance", **tags: str) -> Found:
    fields = {"instance": name} if label == "rds_instance" else {"function": name}
    return Found("rds" if label == "rds_instance" else "lambda", fields, name, "", label, component, "rds", tags=tags)


def declared(name: str, environment: str = "staging", identifier: bool = True) -> Declared:
    labels = (("terraform", f"aws_db_instance.{name}"), *((("rds_instance", name),) if identifier else ()))
    return Declared(Target(f"infra:{name}", "postgresql", environment, labels=labels), ENTRY, "infra/main.tf:3")


def proposed(
    *things: Found, sources: tuple[Declared, ...] = (), before: Project | None = None, **more: object
) -> Proposed:
    listing = Listing("rds_instance", "rds", list(things), **more)  # type: ignore[arg-type]
    return propose({"eu-west-1": [listing]}, {}, sources, before or Project("p", Path("/")), shipped())


def test_a_thing_whose_identifier_is_declared_takes_address_and_environment() -> None:
    (entry,) = proposed(found("orders"), sources=(declared("orders"),)).project.targets
    assert entry.target.environment == "staging"
    assert [source.kind for source in entry.sources] == ["terraform", "rds"]
    assert entry.sources[0].fields == {"address": "aws_db_instance.orders", "path": "infra"}
    assert entry.sources[1].fields == {"instance": "orders", "region": "eu-west-1"}


def test_a_name_that_only_resembles_a_declaration_is_a_hint_and_joins_nothing() -> None:
    told = proposed(found("x", Name="orders"), sources=(declared("orders", identifier=False),))
    assert [source.kind for source in told.project.targets[0].sources] == ["rds"]
    assert "it may be aws_db_instance.orders" in told.remarks[0]


def test_two_declarations_of_one_identifier_are_left_to_the_reader() -> None:
    told = proposed(found("orders"), sources=(declared("orders"), declared("orders", "production")))
    assert len(told.project.targets[0].sources) == 1 and "declared more than once" in told.remarks[0]


def test_the_environment_comes_from_a_tag_that_is_known_or_is_assumed() -> None:
    tagged, unknown = proposed(found("a", Env="prod"), found("b", Env="moon")).project.targets
    assert tagged.target.environment == "production" and "tag Env" in tagged.target.environment_from
    assert "assumed" in unknown.target.environment_from


def test_ids_stay_apart_and_what_is_configured_is_not_proposed_again() -> None:
    known = TargetEntry(Target("orders", "redis", "production"), ())
    told = proposed(found("orders"), before=Project("p", Path("/"), (known,)))
    assert [entry.target.id for entry in told.project.targets] == ["orders", "orders-eu-west-1"]
    again = proposed(found("orders"), before=told.project)
    assert len(again.project.targets) == 2 and "already" in again.remarks[0]


def test_what_a_region_did_not_list_whole_is_not_missing() -> None:
    refused = refusal("AccessDenied", Call("rds", "DescribeDBInstances"))
    assert any("in none of these" in line for line in proposed(sources=(declared("orders"),)).remarks)
    assert not proposed(sources=(declared("orders"),), refusal=refused).remarks


def test_a_function_that_no_source_declares_as_an_application_is_told_and_not_proposed() -> None:
    told = proposed(found("f", "fastapi", "lambda_function"))
    assert told.project.targets == () and "may run an application" in told.remarks[0]
