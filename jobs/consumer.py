"""The part of Celery's worker that waits for notes, with nothing in it that a broken broker could stop.

Celery's worker also sends heartbeats and gossip to other workers, from the same loop that receives notes.
When the broker hangs, such a message is tried for ever, and meanwhile the worker neither receives notes nor
lets itself be stopped. Nobody here listens to these messages: a worker's sign of life is its job's lease.
"""

from typing import Any

from celery.worker.consumer import Consumer

QUIET = {"without_heartbeat": True, "without_gossip": True, "without_mingle": True}


class QuietConsumer(Consumer):
    """Receives notes, sends nothing. See the setting `worker_consumer`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["worker_options"] = {**(options.get("worker_options") or {}), **QUIET}
        super().__init__(*args, **options)

    def connect(self) -> Any:
        """Connect, and never put a note back when the process ends: each would wait for a hanging broker."""
        connection = super().connect()
        channel: Any = connection.default_channel
        channel.do_restore = False
        return connection

    def shutdown(self) -> None:
        """Leave without a word; the process ends next, and its connections with it.

        Celery would wait for the last answer on each of them, which a hanging broker never gives. The one
        note that may be on its way is lost, and costs at most the time until the next look.
        """
