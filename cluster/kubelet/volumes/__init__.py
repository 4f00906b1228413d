"""Volumes of pods: folders of the node that containers see at paths of their own.

``content.py`` works out the files of volumes that are made of objects, ``paths.py`` where a volume lies on the node, ``tokens.py``
gets tokens when they are read, ``pod_volumes.py`` mounts what one pod needs and keeps it current. Upstream:
``pkg/kubelet/volumemanager``, ``pkg/volume``.
"""
