"""``manage.py runworker``: a process that runs clusters' loops, beside any channels it is told to listen on.

Channels' own worker waits for messages. This one also runs the supervisor; several may run, the lease decides which
of them has which cluster.
"""

from __future__ import annotations

import asyncio
import signal

from channels.management.commands import runworker
from channels.worker import Worker
from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from cluster.http import serving
from cluster.runner import hosts


class SupervisingWorker(Worker):  # type: ignore[misc]  # channels has no types
    """Channels' worker with the supervisor in its loop."""

    async def handle(self) -> None:
        """Run until SIGINT or SIGTERM, then give the leases back."""
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        hosts.start(is_supervising=True)
        listeners = [asyncio.create_task(self.listener(channel)) for channel in self.channels]
        try:
            await _first_of(stopped, listeners)
        finally:
            for listener in listeners:
                listener.cancel()
            await hosts.stop()


async def _first_of(stopped: asyncio.Event, listeners: list[asyncio.Task[None]]) -> None:
    """Wait for the stop, or for the first listener that fails; raises its error."""
    stop = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait([stop, *listeners], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


class Command(runworker.Command):  # type: ignore[misc]  # channels has no types
    """Channels' command with the supervising worker; channels are optional here. The keys of the data folder are made if need be."""

    help = "Runs the loops of every cluster whose lease is free, and listens on channels."
    worker_class = SupervisingWorker

    def handle(self, *args: object, **options: object) -> None:
        """Check what must be there, then work."""
        try:
            serving.check_images(settings.IMAGES)
            serving.prepare_folder(settings.DATA_DIR)
        except serving.CannotServe as fault:
            raise CommandError(str(fault)) from None
        super().handle(*args, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take channels' arguments, but none is demanded."""
        super().add_arguments(parser)
        for action in parser._actions:
            if action.dest == "channels":
                action.nargs, action.required = "*", False
