"""SPDY/3.1, as far as Kubernetes uses it: several streams of bytes over one connection.

``headers`` compresses names and values, ``frames`` is what goes over the wire, ``connection`` keeps the streams. Upstream's library
(``github.com/moby/spdystream``) neither sends nor heeds window updates, and no more does this one.
"""
