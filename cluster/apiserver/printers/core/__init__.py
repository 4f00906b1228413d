"""The core group."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.core import (
    componentstatus,
    configmap,
    endpoints,
    event,
    limitrange,
    namespace,
    node,
    persistentvolume,
    persistentvolumeclaim,
    pod,
    podtemplate,
    replicationcontroller,
    resourcequota,
    secret,
    service,
    serviceaccount,
)
from cluster.machinery.kinds.core import (
    COMPONENTSTATUSES,
    CONFIGMAPS,
    ENDPOINTS,
    EVENTS,
    LIMITRANGES,
    NAMESPACES,
    NODES,
    PERSISTENTVOLUMECLAIMS,
    PERSISTENTVOLUMES,
    PODS,
    PODTEMPLATES,
    REPLICATIONCONTROLLERS,
    RESOURCEQUOTAS,
    SECRETS,
    SERVICEACCOUNTS,
    SERVICES,
)
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    COMPONENTSTATUSES: componentstatus.PRINTER,
    CONFIGMAPS: configmap.PRINTER,
    ENDPOINTS: endpoints.PRINTER,
    EVENTS: event.PRINTER,
    LIMITRANGES: limitrange.PRINTER,
    NAMESPACES: namespace.PRINTER,
    NODES: node.PRINTER,
    PERSISTENTVOLUMECLAIMS: persistentvolumeclaim.PRINTER,
    PERSISTENTVOLUMES: persistentvolume.PRINTER,
    PODS: pod.PRINTER,
    PODTEMPLATES: podtemplate.PRINTER,
    REPLICATIONCONTROLLERS: replicationcontroller.PRINTER,
    RESOURCEQUOTAS: resourcequota.PRINTER,
    SECRETS: secret.PRINTER,
    SERVICEACCOUNTS: serviceaccount.PRINTER,
    SERVICES: service.PRINTER,
}
