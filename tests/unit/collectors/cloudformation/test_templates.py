"""Templates as a whole: what is found in a directory, what a template says of its resources, and bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import bindings
from scanner.catalogue import shipped
from scanner.cli import run
from scanner.collectors import Collected, Context
from scanner.collectors.cloudformation import CloudFormation, survey
from scanner.collectors.cloudformation.translation import entries, snake
from scanner.errors import SilentSource
from scanner.model import Absent, Content, Default, Known, Observation, Present, Target, Unresolved
from tests.support.carriers import write

DATABASE = """
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      EngineVersion: "16.4"
"""


def collect(root: Path, template: str = "t.yaml", target: Target | None = None, **fields: Any) -> Collected:
    """What the collector says of a template."""
    context = Context(root, shipped(), target, digest_key=b"k")
    return CloudFormation(template, **fields).collect(context)


def of(found: Collected, setting: str) -> Observation:
    fitting = [item for item in found.observations if item.setting == setting]
    assert len(fitting) == 1, fitting
    return fitting[0]


def said(root: Path, setting: str, text: str, **fields: Any) -> Content:
    write(root, {"t.yaml": text})
    return of(collect(root, **fields), setting).content


def found_in(root: Path, files: dict[str, str]) -> list[tuple[dict[str, Any], str]]:
    write(root, files)
    paths = tuple(sorted(path for path in root.rglob("*") if path.is_file()))
    return [(dict(item.fields), item.environment) for item in survey(root, paths, shipped())]


# ---------------------------------------------------------------- words


def test_a_property_is_the_argument_in_other_letters() -> None:
    names = ["StorageEncrypted", "DBClusterParameterGroupName", "TLSEnabled", "ACLName", "UserGroupIds", "DBName"]
    assert [snake(name) for name in names] == [
        "storage_encrypted", "db_cluster_parameter_group_name", "tls_enabled", "acl_name", "user_group_ids", "db_name",
    ]  # fmt: skip


def test_every_translation_names_a_type_that_a_binding_speaks_for_and_settings_that_it_has() -> None:
    known = bindings.shipped()
    assert len(known.cloudformation) >= 20
    for item in known.cloudformation:
        assert known.of(item.like), item.like
        settings_of = {name for binding in known.of(item.like) for name in binding.settings}
        assert {*item.absent, *item.left_open} <= settings_of, item.type


def test_what_holds_for_a_property_that_is_left_out_is_never_documented_by_terraform() -> None:
    for kind, found in entries(bindings.shipped()).items():
        for entry in found:
            for name, source in entry.binding.settings.items():
                assert not any("terraform" in item.source for item in source.absent), (kind, name)


# ---------------------------------------------------------------- what a template says


def test_a_property_that_is_left_out_has_the_value_that_cloudformation_documents(tmp_path: Path) -> None:
    assert isinstance(said(tmp_path, "storage_encrypted", DATABASE), Default)
    content = said(tmp_path, "backup_retention_days", DATABASE)
    assert isinstance(content, Default)
    assert content.raw == 1


def test_whether_a_database_is_public_is_open_where_it_is_not_written(tmp_path: Path) -> None:
    assert isinstance(said(tmp_path, "publicly_accessible", DATABASE), Unresolved)


def test_a_replica_inherits_what_it_does_not_write(tmp_path: Path) -> None:
    text = DATABASE + "      SourceDBInstanceIdentifier: other\n"
    assert isinstance(said(tmp_path, "storage_encrypted", text), Unresolved)


@pytest.mark.parametrize("unknown", ["!ImportValue x", "!Ref Nobody", "!GetAtt A.B", "!If [C, true, false]"])
def test_an_unknown_expression_is_unresolved(tmp_path: Path, unknown: str) -> None:
    assert isinstance(said(tmp_path, "storage_encrypted", f"{DATABASE}      StorageEncrypted: {unknown}\n"), Unresolved)


def test_the_chain_leads_from_the_parameter_file_to_the_property(tmp_path: Path) -> None:
    text = "Parameters:\n  Enc: {Type: String}" + DATABASE + "      StorageEncrypted: !Ref Enc\n"
    write(tmp_path, {"t.yaml": text, "prod.json": '{"Parameters": {\n"Enc": "true"}}'})
    found = of(collect(tmp_path, parameter_files=["prod.json"]), "storage_encrypted")
    assert found.content == Known("true")
    assert found.provenance.locator == "prod.json:2"
    assert found.provenance.chain == ("parameter Enc (t.yaml:2)", "Db.StorageEncrypted")


CACHE = """
Parameters:
  Token: {Type: String, NoEcho: true%s}
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: x
      AuthToken: %s
"""


@pytest.mark.parametrize(
    ("parameter", "value", "content"),
    [
        (", Default: changeme", "!Ref Token", Present("literal", "weak", "it stands in public lists", comparable=True)),
        (", MinLength: 16", "!Ref Token", Present("computed")),
        ("", "'{{resolve:secretsmanager:cache}}'", Present("reference")),
        ("", "''", Absent()),
        ("", "!Ref 'AWS::NoValue'", Absent()),
    ],
)
def test_of_a_secret_only_its_presence_is_told(tmp_path: Path, parameter: str, value: str, content: Content) -> None:
    assert said(tmp_path, "auth_token", CACHE % (parameter, value)) == content


def test_a_secret_that_may_be_empty_is_not_there_for_certain(tmp_path: Path) -> None:
    assert isinstance(said(tmp_path, "auth_token", CACHE % ("", "!Ref Token")), Unresolved)


@given(st.text("abcdefghijkmnpqrstuvwxyz!#%^&*", min_size=12, max_size=40))
@settings(max_examples=30)
def test_no_secret_leaves_the_collector(tmp_path_factory: pytest.TempPathFactory, secret: str) -> None:
    root = tmp_path_factory.mktemp("secret")
    words = json.dumps(secret)
    text = f"""
Parameters:
  Token: {{Type: String, NoEcho: true, Default: {words}}}
  Key: {{Type: String}}
Mappings: {{M: {{a: {{password: {words}}}}}}}
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      AuthToken: !Ref Token
      Engine: !Sub "${{Token}}"
      EngineVersion: !Ref Token
      UserGroupIds: [!Ref Token]
      Port: !FindInMap [M, !Ref Token, !Ref Token]
  Api:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {{Variables: {{SECRET_KEY: {words}, LOG_LEVEL: !Ref Token, DEBUG: !Select [!Ref Token, [a]]}}}}
  Bad:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, DBParameterGroupName: !Ref Token, MasterUserPassword: !Ref Key}}
"""
    write(root, {"t.yaml": text, "p.json": json.dumps({"Key": secret})})
    found = collect(root, parameter_files=["p.json"])
    assert found.observations
    assert secret not in repr(found)
    assert words not in repr(found)


def test_a_member_of_a_cluster_speaks_for_it(tmp_path: Path) -> None:
    text = """
Resources:
  Cluster: {Type: "AWS::RDS::DBCluster", Properties: {Engine: aurora-postgresql, StorageEncrypted: true}}
  One:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: aurora-postgresql, DBClusterIdentifier: !Ref Cluster, PubliclyAccessible: true}
"""
    write(tmp_path, {"t.yaml": text})
    found = collect(tmp_path)
    assert [target.platform for target in found.targets] == ["aurora"]
    assert of(found, "publicly_accessible").content == Known(True)


def test_a_member_of_a_cluster_elsewhere_is_not_lost(tmp_path: Path) -> None:
    text = DATABASE.replace("postgres", "aurora-postgresql") + "      DBClusterIdentifier: !ImportValue c\n"
    write(tmp_path, {"t.yaml": text})
    assert "belongs to a cluster that was not seen" in collect(tmp_path).gaps[0].reason


def test_a_task_whose_variables_come_from_a_file_says_that_there_may_be_more(tmp_path: Path) -> None:
    text = """
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: api
          Environment: [{Name: DEBUG, Value: "false"}, {Name: ENVIRONMENT, Value: production}]
          EnvironmentFiles: [{Type: s3, Value: arn}]
"""
    write(tmp_path, {"t.yaml": text})
    found = collect(tmp_path)
    assert of(found, "DEBUG").content == Known("false")
    assert not found.answers[0].complete
    assert "adds variables that the template does not show" in found.gaps[0].reason


CARRIERS = """
Resources:
  Site:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      OptionSettings:
        - {Namespace: "aws:elasticbeanstalk:application:environment", OptionName: DEBUG, Value: %s}
        - {Namespace: "aws:autoscaling:asg", OptionName: LOG_LEVEL, Value: 5}
  Page: {Type: "AWS::Amplify::App", Properties: {EnvironmentVariables: [{Name: DEBUG, Value: %s}]}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: DEBUG, Value: %s}
          - {Name: SECRET_KEY, Type: SECRETS_MANAGER, Value: "app:key"}
"""


def test_other_carriers_of_variables_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"t.yaml": CARRIERS.replace("%s", '"true"')})
    found = collect(tmp_path)
    assert [item.id for item in found.targets] == ["t.yaml:Site", "t.yaml:Page", "t.yaml:Build"]
    assert [item.content for item in found.observations if item.setting == "DEBUG"] == [Known("true")] * 3
    assert not [item for item in found.observations if item.setting == "LOG_LEVEL"]
    assert of(found, "SECRET_KEY").content == Present("reference")


def test_a_group_that_nothing_uses_is_told_of(tmp_path: Path) -> None:
    group = "  G: {Type: 'AWS::RDS::DBParameterGroup', Properties: {Family: %s, Parameters: {rds.force_ssl: 0}}}\n"
    write(tmp_path, {"t.yaml": DATABASE + group % "postgres16"})
    assert [item.text.split(":")[0] for item in collect(tmp_path).notices] == ["G"]
    write(tmp_path, {"t.yaml": DATABASE + group % "mysql8.0"})
    assert not collect(tmp_path).notices
    write(tmp_path, {"t.yaml": DATABASE + "      DBParameterGroupName: !Ref G\n" + group % "postgres16"})
    assert not collect(tmp_path).notices


def test_a_function_whose_variables_are_not_known_is_told_of(tmp_path: Path) -> None:
    text = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: !ImportValue e}\n"
    write(tmp_path, {"t.yaml": text})
    assert "whether F is an application is not known" in collect(tmp_path).gaps[0].reason


def test_a_configured_target_is_found_by_its_address(tmp_path: Path) -> None:
    target = Target("orders", "postgresql", "production")
    write(
        tmp_path,
        {"t.yaml": DATABASE + "  Other:\n    Type: AWS::RDS::DBInstance\n    Properties: {Engine: postgres}\n"},
    )
    assert of(collect(tmp_path, target=target, address="Db"), "server_version").content == Known("16.4")
    for address, reason in (("Nobody", "there is no postgresql at Nobody"), ("", "several resources fit")):
        gap = collect(tmp_path, target=target, address=address).gaps[0]
        assert reason in gap.reason
        assert gap.remedy == "set address to one of: Db, Other"


def test_a_stack_takes_what_another_one_gives(tmp_path: Path) -> None:
    outer = """
Resources:
  Second:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: second.yaml, Parameters: {Enc: !GetAtt First.Outputs.Enc}}
  First: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: first.yaml}}
"""
    first = "Resources: {T: {Type: 'AWS::SNS::Topic'}}\nOutputs: {Enc: {Value: true}}\n"
    second = "Parameters:\n  Enc: {Type: String}" + DATABASE + "      StorageEncrypted: !Ref Enc\n"
    write(tmp_path, {"t.yaml": outer, "first.yaml": first, "second.yaml": second})
    assert of(collect(tmp_path), "storage_encrypted").content == Known("true")


def test_what_would_depend_on_itself_is_unknown(tmp_path: Path) -> None:
    loop = "  Fn::ForEach::L: [X, !Ref Db, {'A${X}': {Type: 'AWS::RDS::DBInstance'}}]\n"
    stacks = """
  A: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: x.yaml, Parameters: {P: !GetAtt B.Outputs.O}}}
  B: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: x.yaml, Parameters: {P: !GetAtt A.Outputs.O}}}
"""
    inner = "Parameters: {P: {Type: String}}\nResources: {}\nOutputs: {O: {Value: !Ref P}}\n"
    write(tmp_path, {"t.yaml": DATABASE + loop + stacks, "x.yaml": inner})
    assert any("would depend on Db" in gap.reason for gap in collect(tmp_path).gaps)


def test_a_stack_that_holds_itself_ends(tmp_path: Path) -> None:
    text = DATABASE + "  Again:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: t.yaml}\n"
    write(tmp_path, {"t.yaml": text})
    assert any("nested too deeply" in gap.reason for gap in collect(tmp_path).gaps)


def test_a_stack_outside_the_scanned_directory_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"out.yaml": DATABASE, "in/t.yaml": "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n"
                     "    Properties: {TemplateURL: ../out.yaml}\n"})  # fmt: skip
    found = collect(tmp_path / "in")
    assert not found.targets
    assert "not at hand" in found.gaps[0].reason


def test_the_template_beside_the_asset_of_cdk_is_read(tmp_path: Path) -> None:
    outer = {
        "Resources": {
            "N": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x"]]}},
                "Metadata": {"aws:asset:path": "inner.nested.template.json"},
            }
        }
    }
    inner = {"Resources": {"Db": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres"}}}}
    files = {"cdk.out/outer.template.json": json.dumps(outer), "cdk.out/inner.nested.template.json": json.dumps(inner)}
    assert found_in(tmp_path, files) == [({"template": "cdk.out/outer.template.json"}, "")]
    assert [item.id for item in collect(tmp_path, "cdk.out/outer.template.json").targets] == [
        "cdk.out/outer.template.json:N.Db"
    ]


# ---------------------------------------------------------------- environments

STAGED = "Parameters:\n  Stage: {Type: String}" + DATABASE


@pytest.mark.parametrize(
    "content",
    [
        '[{"ParameterKey": "Stage", "ParameterValue": "x"}]',
        '{"Parameters": {"Stage": "x"}}',
        '{"Stage": "x"}',
        '["Stage=x"]',
    ],
)
def test_a_parameter_file_in_every_form_is_an_environment(tmp_path: Path, content: str) -> None:
    found = found_in(tmp_path, {"infra/db.yaml": STAGED, "infra/parameters/production.json": content})
    assert found == [
        ({"template": "infra/db.yaml", "parameter_files": ["infra/parameters/production.json"]}, "production")
    ]


def test_sections_of_samconfig_are_environments(tmp_path: Path) -> None:
    config = """
[staging.deploy.parameters]
parameter_overrides = "Stage=s"
[prod.deploy.parameters]
parameter_overrides = ["Stage=p"]
"""
    found = found_in(tmp_path, {"t.yaml": STAGED, "samconfig.toml": config})
    assert [(fields["config_environment"], environment) for fields, environment in found] == [
        ("staging", "staging"),
        ("prod", "production"),
    ]


def test_allowed_values_that_are_environments_are_judged_one_by_one(tmp_path: Path) -> None:
    text = STAGED.replace("{Type: String}", "{Type: String, Default: dev, AllowedValues: [dev, prod, dr]}")
    assert [environment for _, environment in found_in(tmp_path, {"t.yaml": text})] == ["development", "production", ""]


def test_a_parameter_file_of_other_parameters_is_none_of_this_template(tmp_path: Path) -> None:
    files = {"t.yaml": STAGED, "parameters/prod.json": '{"Other": "x"}', "package.json": '{"name": "x"}'}
    assert found_in(tmp_path, files) == [({"template": "t.yaml"}, "")]


@pytest.mark.parametrize(
    "text",
    [
        "kind: Deployment\n# AWS::RDS::DBInstance\n",
        "Resources:\n  Vpc: {Type: 'AWS::EC2::VPC'}\n",
        "# Resources: AWS::RDS::DBInstance\nservices: {}\n",
    ],
)
def test_what_holds_nothing_to_judge_is_no_source(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, {"t.yaml": text}) == []


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Resources: [", "not valid YAML"),
        ("a: &a [*a]\n", "contains itself"),
        ("Resources: {A: 1, A: 2}", "stands twice"),
        ("- a\n", "it is no mapping"),
        ("", "it is no mapping"),
        ("a: 1\n---\nb: 1\n", "2 documents"),
        ("{" * 200 + "}" * 200, "not valid"),
        ('{"a": 1,}{', "not valid"),
        ("a: \0", "binary"),
        ("x: " + "[" * 100 + "]" * 100, "nested deeper"),
        ("a: !!python/object/apply:os.system [ls]", "not valid YAML"),
    ],
)
def test_a_template_that_cannot_be_read_says_why(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, {"t.yaml": text})
    with pytest.raises(SilentSource, match=r"t\.yaml") as caught:
        collect(tmp_path)
    assert reason in caught.value.reason


def test_aliases_that_repeat_themselves_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    write(tmp_path, {"t.yaml": "\n".join(lines)})
    with pytest.raises(SilentSource, match="grows to more than"):
        collect(tmp_path)


def test_a_template_outside_the_scanned_directory_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"t.yaml": DATABASE, "in/x": ""})
    (tmp_path / "in/t.yaml").symlink_to(tmp_path / "t.yaml")
    for name in ("../t.yaml", "t.yaml"):
        with pytest.raises(SilentSource, match="outside the scanned directory"):
            collect(tmp_path / "in", name)


@pytest.mark.parametrize("key", ["1", "true", "null", "1.5", "~", '""', "!Ref x", "[a]", "{a: b}"])
def test_a_key_that_is_no_plain_word_is_text_or_a_mistake(tmp_path: Path, key: str) -> None:
    lines = [f"{key}: {{Type: x}}", f"Parameters: {{? {key} : a}}"]
    write(tmp_path, {"t.yaml": DATABASE + "      DBParameterGroupName: a\n" + "\n".join(f"  {line}" for line in lines)})
    try:
        assert len(collect(tmp_path).targets) == 1
    except SilentSource as silent:
        assert "a key must be plain text" in silent.reason or "not valid YAML" in silent.reason


def test_json_that_is_no_yaml_is_read_all_the_same(tmp_path: Path) -> None:
    database = '{"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres"}}'
    text = '{\n\t"Description": "\\ud83d\\ude00",\n\t"Resources": {"Db": ' + database + "}}"
    write(tmp_path, {"t.json": text})
    assert len(collect(tmp_path, "t.json").targets) == 1


# ---------------------------------------------------------------- the command line


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["check", *arguments, "--only", "postgresql-storage-encrypted", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


GIVEN = "Parameters:\n  Enc: {Type: String}" + DATABASE + "      StorageEncrypted: !Ref Enc\n"


def test_parameters_can_be_given_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"t.yaml": GIVEN, "production.json": '{"Enc": "true"}'})
    assert checked(capsys, str(tmp_path), "--var", "Enc=false")[0] == 1
    assert checked(capsys, str(tmp_path), "--var", "Enc=true")[0] == 0
    code, result = checked(capsys, str(tmp_path), "--var-file", "production.json")
    assert code == 0
    assert [target["environment"] for target in result["targets"]] == ["production"]


def test_a_scanner_yaml_names_template_parameters_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = """
project: p
environments:
  production: {cloudformation: {template: t.yaml, parameter_files: [p.json]}}
targets:
  - id: orders
    component: postgresql
    environment: production
    sources: [{cloudformation: {address: Db%s}}]
"""
    write(tmp_path, {"t.yaml": GIVEN, "p.json": '{"Enc": "true"}', "scanner.yaml": project % ""})
    code, result = checked(capsys, str(tmp_path))
    assert code == 0
    assert [(target["id"], target["platform"]) for target in result["targets"]] == [("orders", "rds")]
    write(tmp_path, {"scanner.yaml": project % ', parameters: {Enc: "false"}'})
    assert checked(capsys, str(tmp_path))[0] == 1


def test_a_parameter_file_is_of_the_template_that_is_nearest(tmp_path: Path) -> None:
    given = '{"Parameters": {"Stage": "x"}}'
    files = {"a/t.yaml": STAGED, "b/t.yaml": STAGED, "b/parameters/prod.json": given, "parameters/staging.json": given}
    assert found_in(tmp_path, files) == [
        ({"template": "a/t.yaml", "parameter_files": ["parameters/staging.json"]}, "staging"),
        ({"template": "b/t.yaml", "parameter_files": ["b/parameters/prod.json"]}, "production"),
        ({"template": "b/t.yaml", "parameter_files": ["parameters/staging.json"]}, "staging"),
    ]


def test_what_init_writes_is_scanned_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"one.yaml": DATABASE, "two.yaml": DATABASE})
    assert run(["init", str(tmp_path)]) == 0
    capsys.readouterr()
    _, result = checked(capsys, str(tmp_path))
    assert sorted(target["id"] for target in result["targets"]) == [
        "one.yaml:Db[production]",
        "two.yaml:Db[production]",
    ]


def test_a_fix_in_the_words_of_terraform_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"t.yaml": DATABASE + "      StorageEncrypted: false\n"})
    _, result = checked(capsys, str(tmp_path))
    assert [item["remedy"] for item in result["findings"]] == ["as Terraform writes it: storage_encrypted = true"]


def test_every_rule_says_the_same_of_a_stack_in_terraform_and_in_cloudformation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = Path(__file__).parents[3] / "golden/cases/same-meaning/cloudformation-beside-terraform"
    run(["check", str(case), "--environment", "production", "--format", "json"])
    verdicts: dict[str, dict[str, str]] = {}
    for item in json.loads(capsys.readouterr().out)["findings"]:
        verdicts.setdefault(item["target"], {})[item["rule"]] = item["verdict"]
    for name in ("rders", "essions"):
        said = [rules for target, rules in verdicts.items() if name in target]
        assert len(said) >= 3
        assert all(rules == said[0] for rules in said)


def test_files_that_name_no_environment_are_judged_beside_those_that_do(tmp_path: Path) -> None:
    given = '[{"ParameterKey": "Stage", "ParameterValue": "x"}]'
    found = found_in(tmp_path, {"t.yaml": STAGED, "parameters.json": given, "parameters-prod.json": given})
    assert [environment for _, environment in found] == ["production", ""]
