"""The Celery application: two tasks, each with nothing but a job id, and no result backend (the job rows are that)."""

from collections.abc import Callable

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from antiphon.adapters.queue.names import QUEUES, TASKS, Broker

CONCURRENCY = 4
PREFETCHED_EMBEDDED = 4
"""Hints in hand for each thread: there is no second worker to take them instead."""
VISIBILITY_SECONDS = 6 * 3600
"""Longer than any light job: Redis gives an unacknowledged hint to somebody else after this time."""

TRANSPORT_ALIASES["antiphon-folder"] = "antiphon.adapters.queue.file_transport:Transport"


def make_celery(broker: Broker) -> Celery:
    """The application as workers, beats and senders use it."""
    application = Celery("antiphon", broker=_address(broker), set_as_current=False, fixups=[])
    application.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue=QUEUES["light"],
        worker_prefetch_multiplier=PREFETCHED_EMBEDDED if broker.is_embedded else 1,
        worker_concurrency=CONCURRENCY,
        worker_pool="threads",
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_transport_options=_transport_options(broker),
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        enable_utc=True,
    )
    return application


def register_tasks(application: Celery, run_light: Callable[[str], None], fill_heavy: Callable[[], None]) -> None:
    """Make the two tasks call these functions, which block until their work is done or handed on."""

    @application.task(name=TASKS["light"], typing=False)  # type: ignore[untyped-decorator]
    def light(job_id: str) -> None:
        run_light(job_id)

    @application.task(name=TASKS["heavy"], typing=False)  # type: ignore[untyped-decorator]
    def heavy(_job_id: str) -> None:
        fill_heavy()


def _address(broker: Broker) -> str:
    return "antiphon-folder://" if broker.is_embedded else broker.address


def _transport_options(broker: Broker) -> dict[str, object]:
    if broker.is_embedded:
        return {"folder": str(broker.folder)}
    if broker.address.startswith("redis"):
        return {"visibility_timeout": VISIBILITY_SECONDS, "socket_connect_timeout": 2, "socket_timeout": 10}
    return {}
