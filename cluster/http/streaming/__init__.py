"""What goes on over a connection that was taken over: the streams of a process, and connections to the ports of a pod.

``channels`` and ``spdy_streams`` say how bytes travel, ``remote_command`` and ``port_forward`` what they mean.
Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/{remotecommand,portforward}/``.
"""
