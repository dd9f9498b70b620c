"""The jobs and the schedules that make jobs. The table is the queue; brokers only carry hints."""

from sqlalchemy import Column, Double, Index, Integer, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("key", Text, unique=True),
    Column("owner_id", Id),
    Column("subject", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("leased_by", Text),
    Column("sent_at", Moment),
    Column("progress", Double),
    Column("message", Text, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("updated_at", Moment, nullable=False),
    Index("ix_job_state", "state", "lane", "sent_at", "run_at"),
    Index("ix_job_owner_id", "owner_id", "created_at", "id"),
    Index("ix_job_created_at", "created_at", "id"),
)
"""`lane` is `light` or `heavy`; `arguments` and `result` are JSON texts; `sent_at` is when a hint went to the broker;
`leased_by` names the one claim that may write the outcome."""

schedule = Table(
    "schedule",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("recurrence", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("last_at", Moment),
)
"""`basis` is the recurrence and time zone that `next_at` was counted with."""
