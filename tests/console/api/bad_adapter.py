"""An adapter as nobody should write it: it breaks every rule of the conformance kit.

python bad_adapter.py ISSUER CASES CLIENT_ID
"""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx

issuer, address, client_id = sys.argv[1:]
form = {"grant_type": "client_credentials"}
token = httpx.post(f"{issuer}/token", data=form, auth=(client_id, f"{client_id}-secret")).json()["access_token"]
client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"})
document = json.loads((Path(__file__).parents[3] / "docs/openapi/case-management.json").read_text())
listed = document["paths"]["/v1/cases"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
known = document["components"]["schemas"][listed.rpartition("/")[2]]["properties"].keys()


def ask(method: str, path: str, times: int = 4, **more: Any) -> httpx.Response:
    """Again and again, at once, with whatever token there is, and under a new key each time."""
    for _ in range(times):
        headers = more.get("headers", {}) | ({"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {})
        answer = client.request(method, path, json=more.get("json"), headers=headers)
        if answer.is_success:
            return answer
    sys.exit(f"{method} {path} does not work")


page = ask("GET", "/v1/cases").json()
if unknown := page.keys() - known:
    sys.exit(f"What is {unknown}?")
went_well = True
for case in page["items"] or client.get("/v1/cases").json()["items"]:
    ask("POST", f"/v1/cases/{case['id']}/notes", json={"text": "First contact was made."})
    if case["state"] == "allocated":
        version = client.get(f"/v1/cases/{case['id']}").headers["etag"]
        ask("POST", f"/v1/cases/{case['id']}/start", json={}, headers={"If-Match": version})
    went_well &= client.post(f"/v1/cases/{case['id']}/notes", json={"text": "Without a key."}).is_success
    for text in ("One thing was done.", "Another was."):
        client.post(f"/v1/cases/{case['id']}/notes", json={"text": text}, headers={"Idempotency-Key": "for-everything"})
sys.exit(0 if went_well else 1)
