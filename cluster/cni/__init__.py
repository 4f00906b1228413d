"""The network plugin of a node: gives every sandbox an address of the node's range.

Real nodes have a CNI plugin such as bridge, Calico or Cilium, which also makes interfaces and routes. Here the plugin
keeps the addresses, and everything that has one can be reached.
"""
