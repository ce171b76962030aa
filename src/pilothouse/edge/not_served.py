"""What Langfuse's API has and Pilothouse does not, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """Routes of one kind, below `/api/public`, and why they are not served."""

    why: str
    routes: tuple[str, ...]


_SCIM = "/scim"
_BOARDS = "/unstable/dashboards"
_WIDGETS = "/unstable/dashboard-widgets"
_SKILLS = "/unstable/skills"

ABSENT: tuple[Absent, ...] = (
    Absent(
        "Accounts are not provisioned by SCIM; invite people under Settings.",
        (
            *(f"GET {_SCIM}/{each}" for each in ("ResourceTypes", "Schemas")),
            *(f"GET {_SCIM}/{each}" for each in ("ServiceProviderConfig", "Users")),
            f"POST {_SCIM}/Users",
            f"GET {_SCIM}/Users/{{user_id}}",
            f"DELETE {_SCIM}/Users/{{user_id}}",
        ),
    ),
    Absent(
        "Dashboards have an API of their own below /api/pilothouse; Langfuse calls this one unstable.",
        (
            *(f"{method} {path}" for path in (_BOARDS, _WIDGETS) for method in ("GET", "POST")),
            *(
                f"{method} {path}/{{id}}"
                for path in (_BOARDS, _WIDGETS)
                for method in ("GET", "PATCH", "DELETE")
            ),
            f"POST {_BOARDS}/{{id}}/placements",
            f"PATCH {_BOARDS}/{{id}}/placements/{{placement_id}}",
            f"DELETE {_BOARDS}/{{id}}/placements/{{placement_id}}",
        ),
    ),
    Absent(
        "Skills are not kept; Langfuse calls this API unstable.",
        (
            f"GET {_SKILLS}",
            f"POST {_SKILLS}",
            f"GET {_SKILLS}/files/content",
            f"GET {_SKILLS}/{{name}}",
            f"PATCH {_SKILLS}/{{name}}",
            f"PATCH {_SKILLS}/{{name}}/versions/{{version}}",
            f"DELETE {_SKILLS}/{{name}}/versions/{{version}}",
        ),
    ),
    Absent(
        "Pilothouse sends nothing home, and this is feedback to Langfuse's makers.",
        ("POST /feedback",),
    ),
)
