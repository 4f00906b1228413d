"""What of the calls into a running container is seen: hops from kubelet to runtime, with their results."""

from __future__ import annotations

from cluster.kubelet.cri import RecordedRuntime
from cluster.machinery.cri import ContainerConfig, CriError, Resources
from cluster.machinery.meta import after
from tests.unit.container_runtime.room import Node


def test_calls_into_a_container_are_hops() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "nginx"))
    node.engine.run_until(after(node.engine.clock.now, 1))
    sandbox = node.runtime.pod_sandbox_status("u1")
    assert sandbox is not None
    runtime = RecordedRuntime(node.runtime, node.engine.trace, "n1")
    node.engine.trace.take()
    runtime.exec_sync(made, ["false"], 1, node.reply("exec"))
    runtime.exec(made, ["true"], stdin=False, tty=True)
    refused = runtime.attach("gone", stdin=True)
    runtime.port_forward(sandbox.id, 80)
    runtime.update_container_resources(made, Resources(cpu_limit=500), {})
    assert isinstance(refused, CriError)
    assert [(hop.source, hop.target, hop.verb, hop.key, hop.outcome, hop.detail) for hop in node.engine.trace.take()] == [
        ("node/n1/kubelet", "node/n1/containerd", verb, key, outcome, detail)
        for verb, key, outcome, detail in (
            ("ExecSync", "pods/default/web/c", "exit code 1", {"argv": ["false"], "timeout": 1}),
            ("Exec", "pods/default/web/c", "OK", {"argv": ["true"], "stdin": False, "tty": True}),
            ("Attach", "", str(refused), {"stdin": True}),
            ("PortForward", "pods/default/web", "OK", {"port": 80}),
            ("UpdateContainerResources", "pods/default/web/c", "", {"cpuLimit": 500, "memoryLimit": 0}),
        )
    ]
