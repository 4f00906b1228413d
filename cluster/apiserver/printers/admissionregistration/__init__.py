"""The group ``admissionregistration.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.admissionregistration import validatingadmissionpolicy
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.admissionregistration import VALIDATINGADMISSIONPOLICIES, VALIDATINGADMISSIONPOLICYBINDINGS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    VALIDATINGADMISSIONPOLICIES: validatingadmissionpolicy.POLICY_PRINTER,
    VALIDATINGADMISSIONPOLICYBINDINGS: validatingadmissionpolicy.BINDING_PRINTER,
}
