"""The front door: cases over HTTP."""

from fastapi import FastAPI

from case_management.operations.documents.read_document import the_reader
from case_management.routes import (
    assessments,
    bulk,
    cases,
    closures,
    corrections,
    documents,
    external_ids,
    fund,
    hand_overs,
    innovations,
    joint_work,
    outcomes,
    programmes,
    same_files,
    sandbox,
    support,
)
from case_management.storage.document_store import DocumentStore
from common.audit.grants import Grants
from common.settings import ServiceSettings
from common.web.app import create_app, serve
from common.webhooks import routes as webhooks


def create_app_for(settings: ServiceSettings) -> FastAPI:
    """The service's app; its documents are where the settings say.

    Raises ValueError in production without a scanner, for a document that nobody looked into is not taken there, or
    without the key of grants.
    """
    if settings.environment == "production" and not settings.scanner:
        raise ValueError("SCANNER is missing: name the clamd, as host:port, that searches documents for malware")
    grants = Grants.of(settings.grant_key, settings.environment)
    rooms = (
        programmes,
        cases,
        support,
        assessments,
        documents,
        same_files,
        outcomes,
        joint_work,
        closures,
        corrections,
        hand_overs,
        external_ids,
        fund,
        innovations,
        sandbox,
        webhooks,
        bulk,
    )
    routers = [one.router for one in rooms]
    app = create_app(
        "case_management",
        "Case management",
        settings,
        routers,
        "Cases from allocation to closure: plans, assessments, notes, evidence and outcomes.",
    )
    app.state.grants = grants
    app.state.documents = DocumentStore(settings.documents)
    app.state.reader = the_reader()
    return app


if __name__ == "__main__":
    told = ServiceSettings()  # pyright: ignore[reportCallIssue] - filled from the environment
    serve(create_app_for(told), told)
