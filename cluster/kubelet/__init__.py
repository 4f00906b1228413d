"""The kubelet of each node: makes what runs on its node match the pods that are bound to it.

It watches its pods, asks the container runtime for sandboxes, images and containers (``cri.py``), and reports by status
patches, Events and a Lease. Upstream: ``pkg/kubelet``.
"""
