"""Runs an organisation with its key, and evaluators and rules with a project's: the generated client of
Langfuse 5, whose types refuse an answer that lacks anything."""

import json
import os
from typing import Any

from langfuse.api import LangfuseAPI
from langfuse.api.blob_storage_integrations import (
    BlobStorageExportFrequency,
    BlobStorageExportMode,
    BlobStorageIntegrationFileType,
    BlobStorageIntegrationType,
)
from langfuse.api.core import ApiError
from langfuse.api.evaluation_commons import (
    EvaluationRuleFilter_StringOptions,
    EvaluationRuleOptionsFilterOperator,
    EvaluatorOutputDefinition_Boolean,
    PromptVariableMappingInput,
    PromptVariableMappingSource,
)
from langfuse.api.evaluation_rules import EvaluationRuleEvaluatorAssignmentInput
from langfuse.api.evaluators import (
    CreateEvaluatorRequest_Code,
    CreateEvaluatorRequest_LlmAsJudge,
    EvaluatorModelConfig,
    UpdateEvaluatorMetadataRequest,
)
from langfuse.api.organizations import MembershipRole
from langfuse.api.scim import ScimName

SOURCE = "def evaluate(ctx):\n    return EvaluationResult(scores=[])\n"


def client(public_key: str, secret_key: str) -> LangfuseAPI:
    return LangfuseAPI(
        base_url=os.environ["PILOTHOUSE_URL"],
        username=public_key,
        password=secret_key,
        x_langfuse_sdk_name="python",
        x_langfuse_sdk_version="5.0.4",
        x_langfuse_public_key=public_key,
    )


def refused(call: Any) -> int:
    """The status with which a call is refused."""
    try:
        call()
    except ApiError as error:
        return error.status_code or 0
    return 0


def organisation(run: LangfuseAPI, own: LangfuseAPI) -> dict[str, Any]:
    project = run.projects.create(name="made by the SDK", retention=0, metadata={"team": "a"})
    renamed = run.projects.update(project.id, name="renamed by the SDK")
    key = run.projects.create_api_key(project.id, name="backend")
    listed = run.projects.get_api_keys(project.id)
    inside = client(key.public_key, key.secret_key).projects.get().data[0]
    run.projects.delete_api_key(project.id, key.id)
    told = {
        "project": [renamed.name, renamed.metadata, inside.name],
        "keys": [each.name for each in listed.api_keys],
        "projects": [each.name for each in run.organizations.get_organization_projects().projects],
        "own_keys": len(run.organizations.get_organization_api_keys().api_keys),
        "refused": refused(own.organizations.get_organization_projects),
        "refused_of_project": refused(run.projects.get),
    }
    deleted = run.projects.delete(project.id)
    return told | {
        "deleted": deleted.success,
        "gone": refused(lambda: run.projects.get_api_keys(project.id)),
    }


def people(run: LangfuseAPI, project: str) -> dict[str, Any]:
    run.scim.get_service_provider_config()
    run.scim.get_resource_types()
    run.scim.get_schemas()
    user = run.scim.create_user(user_name="sdk@example.com", name=ScimName(formatted="Sdk"))
    found = run.scim.list_users(filter='userName eq "sdk@example.com"')
    member = run.organizations.update_organization_membership(
        user_id=user.id, role=MembershipRole.MEMBER
    )
    in_project = run.organizations.update_project_membership(
        project, user_id=user.id, role=MembershipRole.VIEWER
    )
    every = run.organizations.get_organization_memberships().memberships
    placed = run.organizations.get_project_memberships(project).memberships
    run.organizations.delete_project_membership(project, user_id=user.id)
    run.organizations.delete_organization_membership(user_id=user.id)
    again = run.scim.create_user(user_name="sdk@example.com", name=ScimName(formatted="Sdk"))
    run.scim.delete_user(again.id)
    return {
        "found": [each.user_name for each in found.resources],
        "roles": [member.role.value, in_project.role.value],
        "listed": [user.id in {each.user_id for each in some} for some in (every, placed)],
        "gone": refused(lambda: run.scim.get_user(user.id)),
    }


def evaluation(own: LangfuseAPI) -> dict[str, Any]:
    judge = own.evaluators.create(
        request=CreateEvaluatorRequest_LlmAsJudge(
            name="polite",
            prompt="Is {{said}} polite?",
            model_config_=EvaluatorModelConfig(provider="judges", model="gpt-x"),
            variable_mapping=[
                PromptVariableMappingInput(
                    variable="said", source=PromptVariableMappingSource.OUTPUT, json_path="$.text"
                )
            ],
            output_definition=EvaluatorOutputDefinition_Boolean(),
        )
    )
    code = own.evaluators.create(
        request=CreateEvaluatorRequest_Code(
            name="code", source_code=SOURCE, source_code_language="PYTHON"
        )
    )
    own.evaluators.update(code.id, request=UpdateEvaluatorMetadataRequest(description="short"))
    rule = own.evaluation_rules.create(
        name="live",
        enabled=True,
        sampling=0.5,
        filter=[
            EvaluationRuleFilter_StringOptions(
                column="type",
                operator=EvaluationRuleOptionsFilterOperator.ANY_OF,
                value=["GENERATION"],
            )
        ],
        evaluator_assignments=[
            EvaluationRuleEvaluatorAssignmentInput(evaluator_id=judge.id),
            EvaluationRuleEvaluatorAssignmentInput(evaluator_id=code.id),
        ],
    )
    off = own.evaluation_rules.update(rule.id, enabled=False)
    told = {
        "types": sorted(each.type for each in own.evaluators.list().data),
        "variables": judge.variables,
        "description": own.evaluators.get(code.id).description,
        "versions": [each.version for each in own.evaluators.list_versions(judge.id).data],
        "rules": [each.name for each in own.evaluation_rules.list().data],
        "assigned": len(own.evaluation_rules.get(rule.id).evaluator_assignments),
        "enabled": [rule.enabled, off.enabled],
    }
    own.evaluation_rules.delete(rule.id)
    for each in (judge, code):
        own.evaluators.delete(each.id)
    return told | {"gone": refused(lambda: own.evaluators.get(judge.id))}


def storage(run: LangfuseAPI, project: str) -> dict[str, Any]:
    api = run.blob_storage_integrations
    kept = api.upsert_blob_storage_integration(
        project_id=project,
        type=BlobStorageIntegrationType.S3COMPATIBLE,
        bucket_name=os.environ["BUCKET"],
        endpoint=os.environ["BUCKET_URL"],
        region="us-east-1",
        access_key_id="me",
        secret_access_key="mine",
        export_frequency=BlobStorageExportFrequency.DAILY,
        enabled=True,
        force_path_style=True,
        file_type=BlobStorageIntegrationFileType.JSONL,
        export_mode=BlobStorageExportMode.FULL_HISTORY,
    )
    status = api.get_blob_storage_integration_status(kept.id)
    listed = api.get_blob_storage_integrations().data
    told = {"listed": [each.id == kept.id for each in listed], "error": status.last_error}
    api.delete_blob_storage_integration(kept.id)
    return told | {"left": len(api.get_blob_storage_integrations().data)}


def main() -> None:
    own = client(os.environ["PILOTHOUSE_PUBLIC_KEY"], os.environ["PILOTHOUSE_SECRET_KEY"])
    run = client(os.environ["ORGANISATION_PUBLIC_KEY"], os.environ["ORGANISATION_SECRET_KEY"])
    project = own.projects.get().data[0].id
    own.llm_connections.upsert(provider="judges", adapter="openai", secret_key="sk-of-judges-1234")
    print(
        json.dumps(
            {
                "organisation": organisation(run, own),
                "people": people(run, project),
                "evaluation": evaluation(own),
                "storage": storage(run, project),
            }
        )
    )


main()
