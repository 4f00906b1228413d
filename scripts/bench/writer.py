"""One client in a process of its own: ``<data> <name> <count>``. Prints when its first request began and its last one ended."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from scripts.bench.client import Api, config_map

NAMESPACE = "bench"

if __name__ == "__main__":
    data, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    api = Api(data)
    path = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
    api.call("GET", f"{path}?limit=1")
    sys.stdin.readline()
    begun = time.time()
    for number in range(count):
        api.call("POST", path, config_map(f"{name}-{number}"))
    print(begun, time.time())
