"""Write what is made from code (make docs): events, access, problems, rows, words, faults, decisions, OpenAPI, schemas,
Kubernetes manifests.

An event without an example of its version gets one; an example, once written, is never written again.
`--check` writes nothing and ends with 1 when a page is not what the code says; the tests run that.
"""

import importlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from common.contracts import ANNOUNCERS, EVERY_EVENT, Event
from common.messaging.reactions import Reactions, heard_by, reacted_to_by
from common.river import WITH_DATABASE, Service
from common.settings import ServiceSettings
from common.streams.asyncapi import document, first_sentence, kept_example
from common.web.access import allowed_roles, api_routes, takes_a_person
from common.web.data_owners import by_viewpoint, whose
from common.web.described.problems import answered_by, when
from common.web.failing import Kind, failures
from common.web.roles import ROLES

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "libs/common/src/common/contracts/schemas"
EXAMPLES = ROOT / "libs/common/src/common/contracts/examples"
PORTAL_ROLES = "services/portal/src/portal/services/roles.json"
SETTINGS = ServiceSettings(
    environment="development",
    database_url=SecretStr("postgresql+asyncpg://nobody@/nowhere"),
    issuer_url="https://issuer.example",
    jwks_url="https://issuer.example/jwks.json",
)


def hearers() -> dict[str, list[str]]:
    """Event type → the services that react to it, or only note it, read from their REACTIONS tables."""
    found: dict[str, list[str]] = {}
    for service in WITH_DATABASE.values():
        reactions: Reactions = importlib.import_module(f"{service.package}.events.heard").REACTIONS
        reacted_to = reacted_to_by(reactions)
        for contract in heard_by(reactions):
            how = "" if contract in reacted_to else " (timeline only)"
            found.setdefault(contract.__name__, []).append(service.name + how)
    return found


def schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of one contract version."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | event.model_json_schema()


def events_page() -> str:
    heard = hearers()
    lines = [
        "# Events",
        "",
        "Generated from `common.contracts` and the services' `REACTIONS` by `make docs`; do not edit.",
        "",
        "Every event carries `event_id`, `programme_id`, `occurred_at` (business time, UTC) and `caused_by`. It",
        "travels as CloudEvents 1.0 in binary mode. Kafka key and `ce_subject` are the stream (`participant/<id>`);",
        "its dense place there is `ce_sequence`. Council systems read `public.*` topics only. No event carries a name,",
        "an address, a date of birth or free text about a person.",
        "",
        "Every header, key and example is in `docs/asyncapi.json`, which each service serves as `/asyncapi.json`; the",
        "schema of each version is at `/schemas/<event>.v<version>.json`: `ce_dataschema` has its address. The feed",
        "tells the same events (`GET /v1/events`), also as CloudEvents in batches; [webhooks](webhooks.md) send them.",
    ]
    for topic, announcer in ANNOUNCERS.items():
        lines += ["", f"## `{topic}`: announced by {announcer}", ""]
        lines += ["| event | version | what happened | heard by | fields |", "|---|---|---|---|---|"]
        for name, event in sorted(EVERY_EVENT.items()):
            if event.topic != topic:
                continue
            fields = ", ".join(f"`{field}`" for field in event.model_fields if field not in Event.model_fields)
            public = f" Also on `public.{topic}`." if event.public else ""
            listening = ", ".join(heard.get(name, [])) or "nobody yet"
            lines.append(
                f"| `{name}` | {event.schema_version} | {first_sentence(event)}{public} | {listening} | {fields} |"
            )
    return "\n".join(lines) + "\n"


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI document, as the services serve it; of an event that is new, with the example that is made here."""
    return document(lambda event: kept_example(event) or example(event))


def access_page() -> str:
    """Every route with the roles that may call it, read from the transaction each takes, and whose data it shows."""
    lines = [
        "# Who may call what",
        "",
        "Generated from the routes by `make docs`; do not edit. The wrong role is 403. A role's column says how far it",
        "sees, and row-level security sees to it: what is another's is 404. Whose data it is follows from the route's",
        "tag; that money or targets are among it, from the fields of its answer. No system, whatever its role, calls",
        "what is marked *in person*: it is one of two steps that must be two people's.",
        "",
    ]
    head = ("route", "of the whole programme", "of a provider's own, and joint while joint")
    head += ("of an agency's own referrals", "of every programme", "whose data", "what it does")
    for service in WITH_DATABASE.values():
        app = _app(service)
        lines += [f"## {service.name}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        for route in sorted(api_routes(app), key=lambda route: (route.path, sorted(route.methods or ()))):
            if allowed_roles(route) is not None:
                what = " ".join((route.endpoint.__doc__ or "").strip().split("\n\n")[0].split())
                cells = [f"`{' '.join(sorted(route.methods or ()))} {route.path}`"]
                if takes_a_person(route):
                    cells[0] += " *in person*"
                cells += [", ".join(roles) or "nobody" for roles in by_viewpoint(route).values()]
                lines.append(f"| {' | '.join([*cells, whose(app, route), what])} |")
        lines.append("")
    return "\n".join([*lines, *portal_pages()])


def portal_pages() -> list[str]:
    """The portal's pages, for whoever may ask all that they ask."""
    journeys: Iterable[Any] = importlib.import_module("portal.journeys").JOURNEYS
    lines = [
        "## portal",
        "",
        "A page is for whoever may ask the services all that it asks; nobody types its roles. What is behind `+` is",
        "asked for those alone who may. `GET` shows it, `POST` sends its form.",
        "",
        "| page | for | asks | what it shows |",
        "|---|---|---|---|",
    ]
    for page in sorted((page for journey in journeys for page in journey.pages), key=lambda page: page.path):
        routes = [route for route in page.router.routes if isinstance(route, APIRoute) and route.path == page.path]
        methods = "/".join(sorted({method for route in routes for method in route.methods or ()}))
        asks = [f"{one.service} `{one.name}`" for one in page.asks]
        asks += [f"+ {one.service} `{one.name}`" for one in page.also if one not in page.asks]
        what = " ".join((page.show.__doc__ or "").strip().split("\n\n")[0].split())
        who = "everybody" if page.roles == ROLES else ", ".join(sorted(page.roles)) or "nobody"
        lines.append(f"| `{methods} {page.path}` | {who} | {'; '.join(dict.fromkeys(asks))} | {what} |")
    return [*lines, ""]


def roles_of_routes() -> str:
    """Which roles each route lets in: by what the portal knows for whom a page is."""
    table = {
        service.name: {
            f"{method} {route.path}": sorted(roles)
            for route in api_routes(_app(service))
            if (roles := allowed_roles(route)) is not None
            for method in sorted(route.methods or ())
        }
        for service in WITH_DATABASE.values()
    }
    return json.dumps(table, indent=1, sort_keys=True) + "\n"


def problems_page() -> str:
    """Every kind of problem that a service answers: what it is, when it comes, what to do, and which operations do."""
    told = {name: failures(_app(service)) for name, service in WITH_DATABASE.items()}
    kinds: dict[str, dict[str, Kind]] = {}
    for name, of_service in told.items():
        for kind in of_service:
            kinds.setdefault(kind.type, {})[name] = kind
    lines = PROBLEMS.strip().splitlines()
    for type_, of_services in sorted(kinds.items()):
        kind = next(iter(of_services.values()))
        lines += ["", f"## {type_}", "", f"{kind.status}: {kind.title}.", ""]
        for comes, remedy in dict.fromkeys((when(each), each.remedy) for each in of_services.values()):
            lines += [f"- When it comes: {comes}", f"- What to do: {remedy}"]
        for name, each in of_services.items():
            lines.append(f"- {name}: {', '.join(answered_by(each, told[name]))}")
    return "\n".join(lines) + "\n"


PROBLEMS = """
# Problems

Generated from the code by `make docs`; do not edit. Every answer of 400 and above is a problem (RFC 9457): JSON with
`type`, `title`, `status` and `detail`, often with `errors` or `refusals`. Your software looks at `type`: it is stable,
and a page of the service that answered, such as `/problems/no-such-claim`, which says what stands here. Of one that it
does not know, it goes by `status`. `detail` is for people and says what to do now.
"""


def openapi_pages() -> dict[Path, str]:
    """The OpenAPI document of each service, as it serves it in production."""
    documents = {service.name: _app(service).openapi() for service in WITH_DATABASE.values()}
    return {
        ROOT / f"docs/openapi/{name}.json": json.dumps(document, indent=1, sort_keys=True) + "\n"
        for name, document in documents.items()
    }


def decision_pages() -> dict[Path, str]:
    """A page of decision tables for each programme's folder."""
    written: dict[str, str] = _beside("decision_tables").decision_tables(ROOT / "programmes")
    return {ROOT / "docs/decision-tables" / name: page for name, page in written.items()}


def rows_page() -> str:
    """What of the field's list is shown by tests."""
    page: str = _beside("field_rows").rows_page()
    return page


def words_page() -> str:
    """What people are shown."""
    page: str = _beside("words").words_page()
    return page


def _app(service: Service) -> FastAPI:
    """A service as it runs in production."""
    app: FastAPI = importlib.import_module(f"{service.package}.main").create_app_for(SETTINGS)
    return app


def _beside(module: str) -> Any:
    """A module of this folder, which is no package."""
    if str(ROOT / "docs") not in sys.path:
        sys.path.append(str(ROOT / "docs"))
    return importlib.import_module(module)


FAULTS = """
# Faults

Generated by `make docs` from `docs/faults.json`, which `make soak` writes row by row; do not edit. `make soak
FAULTS="deaths frozen"` plays some of `tests/faults` again, whose rows take the place of those before. Every run of the
tests plays each fault a few times.

The code that dies is the services' own, on PostgreSQL and Apache Kafka. Each announced event is counted against the
line that its one reaction wrote, which is not idempotent: the inbox is not asked what it believes. A number, such as
R2, is a kind of fault. Kills are deaths by `kill -9`, stops and freezes of what the row names. Seconds are those from
the last announcement, or the mending, to the last effect, on two cores that had other work beside.

"""


def faults_page() -> str:
    rows: list[dict[str, Any]] = json.loads((ROOT / "docs/faults.json").read_text())
    titles = ["fault", "kills", "announced", "applied", "lost", "twice", "out_of_order", "forked", "seconds", "besides"]
    lines = [[str(row[title]) for title in titles] for row in rows]
    table = [[title.replace("_", " ") for title in titles], ["---", *["--:"] * 8, "---"], *lines]
    return FAULTS.lstrip() + "".join(f"| {' | '.join(line)} |\n" for line in table)


def pages() -> dict[Path, str]:
    """Every generated file with its content."""
    made = {ROOT / PORTAL_ROLES: roles_of_routes()}
    made |= {
        ROOT / "docs/events.md": events_page(),
        ROOT / "docs/access.md": access_page(),
        ROOT / "docs/problems.md": problems_page(),
        ROOT / "docs/rows.md": rows_page(),
        ROOT / "docs/words.md": words_page(),
        ROOT / "docs/faults.md": faults_page(),
        ROOT / "docs/asyncapi.json": json.dumps(asyncapi(), indent=1, sort_keys=True) + "\n",
    }
    made |= decision_pages() | openapi_pages() | _beside("manifests").manifests()
    made |= {ROOT / "docs/scale.md": _beside("scale").scale_page()}
    for name, event in EVERY_EVENT.items():
        path = SCHEMAS / f"{name}.v{event.schema_version}.json"
        made[path] = json.dumps(schema(event), indent=1, sort_keys=True) + "\n"
        if not (kept := EXAMPLES / path.name).exists():
            made[kept] = json.dumps(example(event), indent=1) + "\n"
    return made


def example(event: type[Event]) -> dict[str, Any]:
    """An event of this contract with every field told: what `examples/` keeps of a version when it is released."""
    told = schema(event)
    return {name: _example(shape, told.get("$defs", {}), f"{event.__name__}.{name}")
            for name, shape in told["properties"].items()}  # fmt: skip


def _example(shape: dict[str, Any], defs: dict[str, Any], where: str) -> Any:
    """A value of this shape, the same each time."""
    match shape:
        case {"$ref": ref}:
            return _example(defs[ref.rpartition("/")[2]], defs, where)
        case {"anyOf": [first, *_]}:
            return _example(first, defs, where)
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": properties}:
            return {name: _example(part, defs, f"{where}.{name}") for name, part in properties.items()}
        case {"patternProperties": values}:
            return {"example": _example(next(iter(values.values())), defs, where)}
        case {"type": "array", "items": item}:
            return [_example(item, defs, where)]
        case {"type": "string"}:
            return _text(shape, where)
        case _:
            return {"integer": max(1, shape.get("minimum", 1)), "boolean": True}[shape["type"]]


def _text(shape: dict[str, Any], where: str) -> str:
    if shape.get("format") == "uuid":
        return str(uuid5(NAMESPACE_URL, where))
    usual = {"date": "2024-02-29", "date-time": "2024-02-29T12:00:00Z"}
    of_a_hash = re.search(r"\{(\d{2,})\}", shape.get("pattern", ""))
    return usual.get(shape.get("format", ""), "0" * int(of_a_hash[1]) if of_a_hash else "example")


def breaks(released: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Why hearers of the released contract could not read the new one; none when it only adds."""
    gone = sorted(set(released["properties"]) - set(now["properties"]))
    demanded = sorted(set(now.get("required", [])) - set(released.get("required", [])))
    changed = sorted(
        name
        for name in set(released["properties"]) & set(now["properties"])
        if released["properties"][name].get("type") != now["properties"][name].get("type")
    )
    return [
        *(f"field {name} is gone" for name in gone),
        *(f"field {name} is newly required" for name in demanded),
        *(f"field {name} has another type" for name in changed),
    ]


def broken_contracts() -> list[str]:
    """Every event whose committed schema the code no longer honours: declare a new `schema_version` instead."""
    found: list[str] = []
    for name, event in EVERY_EVENT.items():
        path = SCHEMAS / f"{name}.v{event.schema_version}.json"
        if path.exists():
            found += [f"{name}: {why}" for why in breaks(json.loads(path.read_text()), schema(event))]
    return found


def main() -> int:
    if "--check" not in sys.argv:  # the portal's pages read it
        (ROOT / PORTAL_ROLES).write_text(roles_of_routes())
    if broken := broken_contracts():
        sys.stdout.write("\n".join(broken) + "\n")
        return 1
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text() != text}
    for path, content in stale.items():
        sys.stdout.write(f"{path.relative_to(ROOT)} is not what the code says\n")
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
