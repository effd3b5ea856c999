"""The Kubernetes manifests of `deploy/kubernetes`, made from the compose file: one place says how a process is run.

A process's command, settings, secrets, health and bounds are the compose file's; a variable that an operator fills in
there (`${ISSUER_URL}`) is a key of the ConfigMap here, from `settings.env`. What the compose file runs beside the
services (PostgreSQL, Kafka, the store, the scanner, the issuer) is outside this folder.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from common.river import SERVICES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "deploy" / "kubernetes"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
Component = Literal["main", "worker", "migrate"]
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")
ELSEWHERE = {"KAFKA_BOOTSTRAP": "kafka:9092"}
"""Settings whose value in the compose file is a service of its own, and a place outside here."""
USER = 10001
"""The image's own."""
PART = {"app.kubernetes.io/part-of": "outcomes"}
VISITORS = {"namespaceSelector": {"matchLabels": {"outcomes/lets-in": "true"}}}
"""Namespaces that may ask the services: the ingress controller's, and that of who watches."""
DNS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
POSTGRES, KAFKA, SCANNER, TLS = 5432, 9092, 3310, 443
REPLICAS = 2
HEADER = "# Made by `make docs` from docker-compose.yml and common/river.py; do not edit. docs/runbooks/kubernetes.md\n"


class InFull(yaml.SafeDumper):
    """YAML in which nothing is said by an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def manifests() -> dict[Path, str]:
    """Every manifest that is made, by its path: what runs in `base`, what runs once before it in `migrate`."""
    made = {"base/network.yaml": everywhere(), "migrate/provision.yaml": [job("provision", "provision")]}
    for name, service in SERVICES.items():
        processes: Sequence[Component] = ("main", "worker") if service.database else ("main",)
        made[f"base/{name}.yaml"] = [one for process in processes for one in of_process(name, process)]
        if service.database:
            made[f"migrate/{name}.yaml"] = [job(name, f"{name}-migrate")]
    return {FOLDER / path: HEADER + yaml.dump_all(said, Dumper=InFull, sort_keys=False) for path, said in made.items()}


def of_process(name: str, component: Component) -> Iterator[dict[str, Any]]:
    """A process with all that is its own: how many, who reaches it, whom it reaches, what an upgrade leaves of it."""
    composed = name if component == "main" else f"{name}-{component}"
    labels = labels_of(name, component)
    yield deployment(composed, labels)
    if component == "main":
        spec = {"selector": labels, "ports": [{"name": "http", "port": port_of(composed), "targetPort": "http"}]}
        about = {"name": composed, "labels": labels}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": spec}
    yield {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": composed, "labels": labels},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels}},
    }
    yield policy(composed, labels, ingress_of(composed, component), egress_of(composed, component))


def labels_of(name: str, component: Component) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": component, **PART}


def deployment(composed: str, labels: Mapping[str, str]) -> dict[str, Any]:
    is_main = labels["app.kubernetes.io/component"] == "main"
    has_sessions = not SERVICES[labels["app.kubernetes.io/name"]].database
    told = COMPOSE[composed]
    container = container_of(composed) | {
        "ports": [{"name": name, "containerPort": int(port)} for name, port in ports_of(told).items()],
        **probes_of(told["healthcheck"]),
    }
    if is_main:  # whoever was just told where it is still comes
        container["lifecycle"] = {"preStop": {"sleep": {"seconds": 5}}}
    spread = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    pod = pod_of(container, told) | {"topologySpreadConstraints": [spread | {"labelSelector": {"matchLabels": labels}}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": composed, "labels": labels},
        "spec": {
            "replicas": 1 if has_sessions else REPLICAS,
            "selector": {"matchLabels": labels},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def job(name: str, composed: str) -> dict[str, Any]:
    """What runs to its end: tried again while the database is away, or, of a migration, not provisioned yet."""
    labels = labels_of(name, "migrate")
    pod = pod_of(container_of(composed), COMPOSE[composed]) | {"restartPolicy": "OnFailure"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": composed, "labels": labels},
        "spec": {"backoffLimit": 10, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }


def pod_of(container: dict[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """A pod of the one container: nobody in particular, no rights, and of the secrets its own."""
    own = [{"source": one, "target": one} if isinstance(one, str) else one for one in told.get("secrets", [])]
    items = [{"key": one["source"], "path": one["target"]} for one in own]
    volumes: list[dict[str, Any]] = [{"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "256Mi"}}]
    if items:
        secret = {"secretName": "outcomes", "defaultMode": 0o440, "items": items}
        volumes.append({"name": "secrets", "secret": secret})
    if passwords_of(told):
        volumes.append({"name": "passwords", "secret": {"secretName": "outcomes-passwords", "defaultMode": 0o440}})
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": volumes,
    }


def container_of(composed: str) -> dict[str, Any]:
    told = COMPOSE[composed]
    mounts: list[dict[str, Any]] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108 - the container's own
    if told.get("secrets"):
        mounts.append({"name": "secrets", "mountPath": "/run/secrets", "readOnly": True})
    if place := passwords_of(told):
        mounts.append({"name": "passwords", "mountPath": place, "readOnly": True})
    memory = re.sub(r"([mg])$", lambda unit: {"m": "Mi", "g": "Gi"}[unit[1]], told["mem_limit"])
    return {
        "name": composed,
        "image": "outcomes",
        "command": told["command"],  # in both a `$$` is a `$`
        "env": [setting(name, str(value)) for name, value in told.get("environment", {}).items()],
        "resources": {
            "requests": {"cpu": "100m", "memory": memory},
            "limits": {"cpu": str(told["cpus"]), "memory": memory},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": told["read_only"],
            "capabilities": {"drop": told["cap_drop"]},
        },
        "volumeMounts": mounts,
    }


def setting(name: str, value: str) -> dict[str, Any]:
    """As the compose file has it, or from the ConfigMap where an operator fills it in."""
    variable = VARIABLE.fullmatch(value)
    key = variable[1] if variable else name if ELSEWHERE.get(name) == value else None
    if key is None:
        return {"name": name, "value": value}
    return {"name": name, "valueFrom": {"configMapKeyRef": {"name": "outcomes", "key": key}}}


def passwords_of(told: Mapping[str, Any]) -> str | None:
    """Where the folder of roles' passwords is mounted, if it is."""
    place: str | None = told.get("environment", {}).get("PASSWORDS_DIR")
    return place


def ports_of(told: Mapping[str, Any]) -> dict[str, str]:
    """Of a front door where it is asked; of a worker where it tells its metrics."""
    environment = told["environment"]
    return {"metrics": environment["METRICS_PORT"]} if "METRICS_PORT" in environment else {"http": environment["PORT"]}


def port_of(composed: str) -> int:
    [port] = ports_of(COMPOSE[composed]).values()
    return int(port)


def probes_of(health: Mapping[str, Any]) -> dict[str, Any]:
    """The compose file's healthcheck: as long as it says until a process has begun; then whether it is to be asked, and
    whether it is to be started again."""
    asked = re.search(r"http://localhost:\d+(/[\w/]+)", " ".join(health["test"]))
    check = {"httpGet": {"path": asked[1], "port": "http"}} if asked else {"exec": {"command": health["test"][1:]}}
    often = {"periodSeconds": _seconds(health["interval"]), "timeoutSeconds": _seconds(health["timeout"])}
    probes = {"startupProbe": check | often | {"failureThreshold": health["retries"]}}
    if asked is None:
        return probes | {"livenessProbe": check | often | {"failureThreshold": 3}}
    alive = {"httpGet": {"path": "/health/live", "port": "http"}}
    return probes | {
        "readinessProbe": check | often | {"failureThreshold": 2},
        "livenessProbe": alive | often | {"failureThreshold": 6},
    }


def _seconds(said: str) -> int:
    return int(said.removesuffix("s"))


def ingress_of(composed: str, component: Component) -> list[dict[str, Any]]:
    """Visitors; and, of a front door, the portal and whoever reads its feed."""
    ours = [{"podSelector": {"matchLabels": PART}}] if component == "main" else []
    return [{"from": [VISITORS, *ours], "ports": [{"port": port_of(composed)}]}]


def egress_of(composed: str, component: Component) -> list[dict[str, Any]]:
    """Other front doors, where it is told of any, and places outside by their ports."""
    told = COMPOSE[composed]
    environment = told["environment"]
    ports = [TLS]
    ports += [POSTGRES] if SERVICES[composed.removesuffix("-worker")].database else []
    ports += [KAFKA] if component == "worker" else []
    ports += [SCANNER] if "SCANNER" in environment else []
    to_doors = {"FEEDS", "SERVICES"} & environment.keys()
    doors = {"podSelector": {"matchLabels": PART | {"app.kubernetes.io/component": "main"}}}
    rules = [{"to": [doors], "ports": [{"port": port_of(next(iter(SERVICES)))}]}] if to_doors else []
    return [*rules, {"ports": [{"port": port} for port in ports]}]


def everywhere() -> list[dict[str, Any]]:
    """For all pods: nothing but names may be asked, unless a policy of its own says so; jobs reach the database."""
    names = {"to": [DNS], "ports": [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]}
    jobs = {"app.kubernetes.io/component": "migrate", **PART}
    return [policy("nothing-else", PART, [], [names]), policy("jobs", jobs, [], [{"ports": [{"port": POSTGRES}]}])]


def policy(
    name: str, labels: Mapping[str, str], ingress: list[dict[str, Any]], egress: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "labels": dict(PART)},
        "spec": {
            "podSelector": {"matchLabels": dict(labels)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    }
