"""ValidatingAdmissionPolicy: what policies ask of objects. Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/``."""
