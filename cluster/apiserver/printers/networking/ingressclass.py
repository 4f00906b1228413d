"""Columns of IngressClasses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printIngressClass``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


def _parameters(parameters: Obj | None) -> str:
    if parameters is None:
        return NONE
    kind = (
        f"{parameters.get('kind', '')}.{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else parameters.get("kind", "")
    )
    return f"{kind}/{parameters.get('name', '')}"


def cells(ingress_class: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an IngressClass."""
    meta, spec = ingress_class["metadata"], ingress_class["spec"]
    is_default = (meta.get("annotations") or {}).get(_DEFAULT) == "true"
    name = meta.get("name", "")
    return [
        f"{name} (default)" if is_default else name,
        spec.get("controller", ""),
        _parameters(spec.get("parameters")),
        age(ingress_class, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Controller", "The name of the controller that follows Ingresses of this class."),
        Column("Parameters", "An object with the controller's settings."),
        AGE,
    ),
    cells,
)
