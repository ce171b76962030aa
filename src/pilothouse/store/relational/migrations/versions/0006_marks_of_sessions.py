"""What people set on sessions, and comments by the trace that they belong to.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "session_marks",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=800), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False, comment="bookmarked, public"),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_session_marks_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "session_id", "mark", name=op.f("pk_session_marks")),
    )
    op.create_index(
        "ix_comments_project_id_trace_id", "comments", ["project_id", "trace_id"], unique=False
    )
