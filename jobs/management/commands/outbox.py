"""`manage.py outbox list|replay`: what leaves the house, for the operator's eyes and hands."""

import uuid
from typing import Any

from django.core.management.base import CommandError, CommandParser

from errors import Refusal
from jobs.management.tables import print_table
from jobs.models import OutboxEvent
from jobs.selectors import list_outbox_events
from jobs.services import replay_outbox_event
from tenancy.commands import ReserveCommand


class Command(ReserveCommand):
    """Lists outbox events, tries a dead one anew."""

    help = "List outbox events and try a dead one anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand per thing to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="events, newest first")
        listing.add_argument("--limit", type=int, default=50)
        actions.add_parser("replay", help="try a dead event anew").add_argument("id", type=uuid.UUID)

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        """Do one of them; a refusal ends the command with its code."""
        try:
            if action == "list":
                self._list(options["limit"])
            else:
                event = replay_outbox_event(event_id=options["id"])
                self.stdout.write(f"{event.id} {event.topic} {_state(event)}")
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal.message}") from refusal

    def _list(self, limit: int) -> None:
        print_table(
            self.stdout,
            ("id", "topic", "state", "attempts", "created (UTC)", "next try (UTC)", "last error"),
            (
                (
                    row.id,
                    row.topic,
                    _state(row),
                    row.attempts,
                    row.created_at,
                    row.available_at,
                    row.last_error,
                )
                for row in list_outbox_events(limit=limit)
            ),
        )


def _state(event: OutboxEvent) -> str:
    if event.delivered_at is not None:
        return "delivered"
    return "waiting" if event.dead_at is None else "dead"
