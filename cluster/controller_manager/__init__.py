"""kube-controller-manager: one process, one set of informers, one lane per controller."""
