"""Probes: does a container still start, live, serve? Asked again and again, and believed after enough equal answers.

``attempt.py`` asks once, ``verdict.py`` decides what the answers say so far, ``manager.py`` keeps a worker for every probe of every
running container. Upstream: ``pkg/kubelet/prober``.
"""
