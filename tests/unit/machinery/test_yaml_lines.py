"""From the API server's field paths to lines of YAML."""

from __future__ import annotations

import pytest
import yaml

from cluster.machinery.yaml_lines import line_of

TEXT = """\
apiVersion: apps/v1
metadata:
  name: web
  labels:
    app.kubernetes.io/name: Web!
spec:
  replicas: -1
  template:
    spec:
      containers:
        - name: a
          image: nginx
        - name: b
          ports:
            - containerPort: 70000
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("spec.replicas", 7),
        ("spec.template.spec.containers[1].ports[0].containerPort", 15),
        ("spec.template.spec.containers[1].image", 13),
        ("spec.template.spec.containers[7].image", 10),
        ("metadata.labels", 4),
        ("metadata.labels[app.kubernetes.io/name]", 5),
        ("metadata.labels.app.kubernetes.io/name", 5),
        ("spec.selector", 6),
        ("status", 1),
        ("", 1),
    ],
)
def test_a_path_leads_to_the_nearest_line_that_was_written(path: str, line: int) -> None:
    node = yaml.compose(TEXT)
    assert node is not None
    assert line_of(node, path) == line
