"""Programs of simulated containers: what busybox and the usual tools of images do, as far as lessons use it.

A program is a function of a ``Call``. One that can end at once returns its exit code; one that waits returns a ``Wait`` and is
called again.
"""
