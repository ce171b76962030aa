"""What Langfuse's API has and Pilothouse does not, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """Routes of one kind, below `/api/public`, and why they are not served."""

    why: str
    routes: tuple[str, ...]


_BOARDS = "/unstable/dashboards"
_WIDGETS = "/unstable/dashboard-widgets"
_SKILLS = "/unstable/skills"

ABSENT: tuple[Absent, ...] = (
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
