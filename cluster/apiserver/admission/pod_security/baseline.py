"""The checks of the level baseline: no known way out of the container.

Upstream: ``staging/src/k8s.io/pod-security-admission/policy/check_*.go`` (level baseline).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.admission.pod_security.violation import (
    Check,
    Versions,
    Violation,
    containers_of,
    context_of,
    named,
    plural,
    quoted,
    setters,
)
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD, _SECCOMP_CONTAINER = "seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/"
_CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID"}
    | {"SETPCAP", "SETUID", "SYS_CHROOT"}
)
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SELINUX_TYPES_1_31 = _SELINUX_TYPES | {"container_engine_t"}
_SYSCTLS = frozenset(
    {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"}
    | {"net.ipv4.ip_unprivileged_port_start"}
)
_SYSCTLS_1_27 = _SYSCTLS | {"net.ipv4.ip_local_reserved_ports"}
_SYSCTLS_1_29 = _SYSCTLS_1_27 | {
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes")
}
_SYSCTLS_1_32 = _SYSCTLS_1_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
_PROFILE_TYPES = ("RuntimeDefault", "Localhost")


def _app_armor_type(context: Obj) -> str | None:
    profile = context.get("appArmorProfile")
    return None if profile is None else str(profile.get("type", ""))


def app_armor_profile(meta: Obj, spec: Obj) -> Violation | None:
    """No profile but the runtime's own or one that the node has; by field, or by annotation as it was done before."""
    kinds = [_app_armor_type(context_of(holder)) for holder in (spec, *containers_of(spec))]
    values = sorted({kind for kind in kinds if kind is not None and kind not in _PROFILE_TYPES})
    who = setters(spec, lambda context: _app_armor_type(context) not in (None, *_PROFILE_TYPES))
    noted = [
        f"{key}={quote(value)}"
        for key, value in sorted((meta.get("annotations") or {}).items())
        if key.startswith(_APP_ARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    ]
    everybody = [*([who] if who else []), *([plural("annotation", "annotations", len(noted))] if noted else [])]
    values += noted
    text = f"{' and '.join(everybody)} must not set AppArmor profile type to {quoted(values)}"
    return Violation(plural("forbidden AppArmor profile", "forbidden AppArmor profiles", len(values)), text) if everybody else None


def capabilities(meta: Obj, spec: Obj) -> Violation | None:
    """No capability beyond those that runtimes give by default."""
    bad = [c for c in containers_of(spec) if _added(c) - _CAPABILITIES]
    extra = sorted({name for c in bad for name in _added(c) - _CAPABILITIES})
    text = f"{named(bad)} must not include {quoted(extra)} in securityContext.capabilities.add"
    return Violation("non-default capabilities", text) if bad else None


def _added(container: Obj) -> set[str]:
    return set((context_of(container).get("capabilities") or {}).get("add") or ())


def host_namespaces(meta: Obj, spec: Obj) -> Violation | None:
    """No namespace of the host."""
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return Violation("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(meta: Obj, spec: Obj) -> Violation | None:
    """No directory of the host."""
    bad = [volume.get("name", "") for volume in spec.get("volumes") or () if "hostPath" in volume]
    return Violation("hostPath volumes", f"{plural('volume', 'volumes', len(bad))} {quoted(bad)}") if bad else None


def host_ports(meta: Obj, spec: Obj) -> Violation | None:
    """No port of the host."""
    bad = [c for c in containers_of(spec) if any(port.get("hostPort") for port in c.get("ports") or ())]
    ports = sorted({str(port["hostPort"]) for c in bad for port in c["ports"] if port.get("hostPort")})
    words = plural("uses", "use", len(bad)), plural("hostPort", "hostPorts", len(ports))
    return Violation("hostPort", f"{named(bad)} {words[0]} {words[1]} {', '.join(ports)}") if bad else None


def host_probes(meta: Obj, spec: Obj) -> Violation | None:
    """No probe or hook that asks somebody else than the pod."""
    hosts = {c.get("name", ""): found for c in containers_of(spec) if (found := _probed_hosts(c))}
    if not hosts:
        return None
    every = sorted({host for found in hosts.values() for host in found})
    words = plural("container", "containers", len(hosts)), plural("uses", "use", len(hosts))
    what = plural("probe or lifecycle host", "probe or lifecycle hosts", len(every))
    return Violation("probe or lifecycle host", f"{words[0]} {quoted(sorted(hosts))} {words[1]} {what} {quoted(every)}")


def _probed_hosts(container: Obj) -> set[str]:
    handlers = [container.get(field) for field in ("livenessProbe", "readinessProbe", "startupProbe")]
    handlers += [(container.get("lifecycle") or {}).get(field) for field in ("postStart", "preStop")]
    asked = [(handler or {}).get(action) or {} for handler in handlers for action in ("httpGet", "tcpSocket")]
    return {action["host"] for action in asked if action.get("host")}


def privileged(meta: Obj, spec: Obj) -> Violation | None:
    """No container that may do everything."""
    bad = [c for c in containers_of(spec) if context_of(c).get("privileged")]
    return Violation("privileged", f"{named(bad)} must not set securityContext.privileged=true") if bad else None


def proc_mount(meta: Obj, spec: Obj) -> Violation | None:
    """No ``/proc`` without masks."""
    bad = [c for c in containers_of(spec) if context_of(c).get("procMount", "Default") != "Default"]
    kinds = sorted({context_of(c)["procMount"] for c in bad})
    return Violation("procMount", f"{named(bad)} must not set securityContext.procMount to {quoted(kinds)}") if bad else None


def proc_mount_1_35(meta: Obj, spec: Obj) -> Violation | None:
    """A pod in a user namespace of its own may have what it likes."""
    return None if spec.get("hostUsers") is False else proc_mount(meta, spec)


def se_linux_options(types: frozenset[str]) -> Check:
    """Return the check for the SELinux types that are allowed: no other, and neither user nor role."""

    def is_bad(context: Obj) -> bool:
        options = context.get("seLinuxOptions")
        return options is not None and (options.get("type", "") not in types or bool(options.get("user")) or bool(options.get("role")))

    def check(meta: Obj, spec: Obj) -> Violation | None:
        who = setters(spec, is_bad)
        if not who:
            return None
        holders = (context_of(holder).get("seLinuxOptions") or {} for holder in (spec, *containers_of(spec)))
        options = [each for each in holders if each]
        bad = sorted({each.get("type", "") for each in options} - types)
        data = [f"{plural('type', 'types', len(bad))} {quoted(bad)}"] if bad else []
        data += [f"{field} may not be set" for field in ("user", "role") if any(each.get(field) for each in options)]
        return Violation("seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}")

    return check


def seccomp_annotations(meta: Obj, spec: Obj) -> Violation | None:
    """Before there were fields: no profile but the runtime's own or one that the node has."""
    annotations = meta.get("annotations") or {}
    keys = [_SECCOMP_POD, *(f"{_SECCOMP_CONTAINER}{c.get('name', '')}" for c in containers_of(spec))]
    bad = sorted({f"{key}={quote(annotations[key])}" for key in keys if key in annotations and not _is_seccomp(annotations[key])})
    return Violation("seccompProfile", f"forbidden {plural('annotation', 'annotations', len(bad))} {', '.join(bad)}") if bad else None


def _is_seccomp(profile: str) -> bool:
    return profile in ("runtime/default", "docker/default") or profile.startswith("localhost/")


def seccomp_type(context: Obj) -> str | None:
    """Return the type of the seccomp profile that a security context sets, None for none."""
    profile = context.get("seccompProfile")
    return None if profile is None else str(profile.get("type", ""))


def is_bad_seccomp(context: Obj) -> bool:
    """Whether a security context asks to run without a seccomp profile."""
    kind = seccomp_type(context)
    return kind is not None and kind not in _PROFILE_TYPES


def seccomp_profile(meta: Obj, spec: Obj) -> Violation | None:
    """Nobody asks for no profile."""
    who = setters(spec, is_bad_seccomp)
    if not who:
        return None
    kinds = {seccomp_type(context_of(holder)) or "" for holder in (spec, *containers_of(spec)) if is_bad_seccomp(context_of(holder))}
    return Violation("seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {quoted(sorted(kinds))}")


def sysctls(allowed: frozenset[str]) -> Check:
    """Return the check for the kernel parameters that are allowed."""

    def check(meta: Obj, spec: Obj) -> Violation | None:
        names = [sysctl.get("name", "") for sysctl in context_of(spec).get("sysctls") or ()]
        bad = [name for name in names if name not in allowed]
        return Violation("forbidden sysctls", ", ".join(bad)) if bad else None

    return check


def windows_host_process(meta: Obj, spec: Obj) -> Violation | None:
    """No process of the host."""
    who = setters(spec, lambda context: bool((context.get("windowsOptions") or {}).get("hostProcess")))
    return Violation("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true") if who else None


CHECKS: Mapping[str, Versions] = {
    "appArmorProfile": ((0, app_armor_profile),),
    "capabilities_baseline": ((0, capabilities),),
    "hostNamespaces": ((0, host_namespaces),),
    "hostPathVolumes": ((0, host_path_volumes),),
    "hostPorts": ((0, host_ports),),
    "hostProbesAndHostLifecycle": ((34, host_probes),),
    "privileged": ((0, privileged),),
    "procMount": ((0, proc_mount), (35, proc_mount_1_35)),
    "seLinuxOptions": ((0, se_linux_options(_SELINUX_TYPES)), (31, se_linux_options(_SELINUX_TYPES_1_31))),
    "seccompProfile_baseline": ((0, seccomp_annotations), (19, seccomp_profile)),
    "sysctls": ((0, sysctls(_SYSCTLS)), (27, sysctls(_SYSCTLS_1_27)), (29, sysctls(_SYSCTLS_1_29)), (32, sysctls(_SYSCTLS_1_32))),
    "windowsHostProcess": ((0, windows_host_process),),
}
"""By name, in the order they are asked."""
