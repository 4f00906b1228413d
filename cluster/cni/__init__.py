"""The pod network: gives every sandbox an address of its node's range, and carries what is sent to addresses.

Real nodes have a CNI plugin such as bridge, Calico or Cilium, which makes interfaces and routes; the kernel then carries packets.
Here ``host_local.py`` keeps the addresses and ``network.py`` carries: everything that has an address can be reached, while its
machine has power.
"""
