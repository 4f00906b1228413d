"""Bootstrap tokens: the cluster's description is signed with each of them, and those that have expired are deleted.

Upstream runs the two only where it is told to (``--controllers=*,bootstrapsigner,tokencleaner``, as kubeadm does); without tokens
they have nothing to do, so here they always run. Upstream: ``pkg/controller/bootstrap/``.
"""
