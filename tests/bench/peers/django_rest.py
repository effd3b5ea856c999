"""The submit as Django REST framework's tutorial writes it: models, a serializer, a view, one atomic block.

Served by gunicorn, one process with threads. The rows it leaves are those of ours.
"""

import hashlib
import json
import os
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar

import django
import jwt
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["DATABASE_NAME"],
            "USER": os.environ["DATABASE_USER"],
            "HOST": os.environ["DATABASE_HOST"],
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()

# Django's modules may be imported only once it is set up.
from django.contrib.postgres.fields import ArrayField  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402
from rest_framework.exceptions import AuthenticationFailed, ValidationError  # noqa: E402
from rest_framework.permissions import BasePermission  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Unmanaged:
    managed = False
    app_label = "peer"


class Case(models.Model):
    id = models.UUIDField(primary_key=True)
    participant_id = models.UUIDField()
    referral_id = models.UUIDField()
    provider_id = models.TextField()
    referred_on = models.DateField()
    started_on = models.DateField()

    class Meta(Unmanaged):
        db_table = "support_case"


class Note(models.Model):
    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    noted_on = models.DateField()

    class Meta(Unmanaged):
        db_table = "note"


class Assessment(models.Model):
    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    score = models.BigIntegerField()

    class Meta(Unmanaged):
        db_table = "assessment"


class Plan(models.Model):
    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()

    class Meta(Unmanaged):
        db_table = "plan"


class Outcome(models.Model):
    id = models.UUIDField(primary_key=True)
    programme_id = models.TextField()
    case_id = models.UUIDField()
    outcome = models.TextField()
    slot = models.TextField()
    state = models.TextField()
    revision = models.BigIntegerField()
    recorded_by = models.TextField()

    class Meta(Unmanaged):
        db_table = "outcome"


class Revision(models.Model):
    pk = models.CompositePrimaryKey("outcome_id", "revision")
    outcome_id = models.UUIDField()
    revision = models.BigIntegerField()
    programme_id = models.TextField()
    case_id = models.UUIDField()
    achieved_on = models.DateField()
    quantity = models.BigIntegerField()
    facts = models.JSONField()
    contributors = ArrayField(models.TextField())
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta(Unmanaged):
        db_table = "outcome_revision"


class Citation(models.Model):
    pk = models.CompositePrimaryKey("outcome_id", "revision", "item_id")
    outcome_id = models.UUIDField()
    revision = models.BigIntegerField()
    item_id = models.UUIDField()
    programme_id = models.TextField()
    case_id = models.UUIDField()
    kind = models.TextField()
    dated_on = models.DateField()

    class Meta(Unmanaged):
        db_table = "citation"


class Audit(models.Model):
    position = models.BigAutoField(primary_key=True)
    programme_id = models.TextField()
    actor = models.TextField()
    organisation = models.TextField()
    action = models.TextField()
    subjects = ArrayField(models.TextField())
    business_at = models.DateTimeField()

    class Meta(Unmanaged):
        db_table = "audit"


class Unsealed(models.Model):
    position = models.BigIntegerField(primary_key=True)

    class Meta(Unmanaged):
        db_table = "audit_unsealed"


class Idempotency(models.Model):
    pk = models.CompositePrimaryKey("programme_id", "client", "route", "key")
    programme_id = models.TextField()
    client = models.TextField()
    route = models.TextField()
    key = models.TextField()
    request_hash = models.TextField()
    status = models.IntegerField()
    answer = models.JSONField()

    class Meta(Unmanaged):
        db_table = "idempotency"


class Stream(models.Model):
    pk = models.CompositePrimaryKey("topic", "subject")
    topic = models.TextField()
    subject = models.TextField()
    programme_id = models.TextField()
    last_sequence = models.BigIntegerField()

    class Meta(Unmanaged):
        db_table = "stream"


class Outbox(models.Model):
    position = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    topic = models.TextField()
    subject = models.TextField()
    sequence = models.BigIntegerField()
    type = models.TextField()
    schema_version = models.IntegerField()
    programme_id = models.TextField()
    provider_id = models.TextField()
    headers = models.JSONField()
    body = models.TextField()
    occurred_at = models.DateTimeField()

    class Meta(Unmanaged):
        db_table = "outbox"


class Pending(models.Model):
    position = models.BigIntegerField(primary_key=True)

    class Meta(Unmanaged):
        db_table = "pending"


@cache
def keys() -> jwt.PyJWKClient:
    return jwt.PyJWKClient(os.environ["JWKS_URL"])


class SignedIn(BaseAuthentication):
    def authenticate(self, request: Any) -> Any:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        try:
            key = keys().get_signing_key_from_jwt(token)
            issuer = os.environ["ISSUER_URL"]
            said = jwt.decode(token, key, algorithms=["RS256"], audience="case-management", issuer=issuer)
        except jwt.PyJWTError as error:
            raise AuthenticationFailed from error
        return None, said


class Caseworkers(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return "caseworker" in request.auth["roles"]


class OutcomeIn(serializers.Serializer[Any]):
    outcome = serializers.CharField()
    slot = serializers.CharField(default="only")
    achieved_on = serializers.DateField()
    evidence = serializers.ListField(child=serializers.UUIDField())
    facts = serializers.DictField(default=dict)


class Outcomes(APIView):
    authentication_classes: ClassVar[Any] = [SignedIn]
    permission_classes: ClassVar[Any] = [Caseworkers]

    @transaction.atomic
    def post(self, request: Any, case_id: uuid.UUID) -> Response:
        user = request.auth
        programme, route = user["programme"], "POST /v1/cases/{case_id}/outcomes"
        mark = {"client": f"{user['org']}/{user['sub']}", "route": route, "key": request.headers["Idempotency-Key"]}
        if kept := Idempotency.objects.filter(programme_id=programme, **mark).first():
            return Response(kept.answer, kept.status)
        serializer = OutcomeIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        body = serializer.validated_data
        case = get_object_or_404(Case.objects.select_for_update(), id=case_id, provider_id=user["org"])
        notes = list(Note.objects.filter(case_id=case_id, id__in=body["evidence"]))
        if len(notes) != len(body["evidence"]):
            raise ValidationError
        now, outcome_id = datetime.now(UTC), uuid.uuid4()
        shared = {"programme_id": programme, "case_id": case_id}
        Outcome.objects.create(
            id=outcome_id, outcome=body["outcome"], slot=body["slot"], state="evidenced", revision=1,
            recorded_by=user["sub"], **shared,
        )  # fmt: skip
        Revision.objects.create(
            outcome_id=outcome_id, revision=1, achieved_on=body["achieved_on"], quantity=1, facts=body["facts"],
            contributors=[], recorded_by=user["sub"], recorded_at=now, **shared,
        )  # fmt: skip
        for note in notes:
            Citation.objects.create(
                outcome_id=outcome_id, revision=1, item_id=note.id, kind="case-note", dated_on=note.noted_on, **shared
            )
        said = {
            "participant_id": str(case.participant_id), "case_id": str(case_id), "referral_id": str(case.referral_id),
            "provider_id": case.provider_id, "outcome_id": str(outcome_id), "revision": 1, "outcome": body["outcome"],
            "slot": body["slot"], "quantity": 1, "achieved_on": str(body["achieved_on"]),
            "referred_on": str(case.referred_on), "service_started_on": str(case.started_on),
            "recorded_by": user["sub"], "facts": body["facts"],
            "evidence": [
                {"item_id": str(note.id), "kind": "case-note", "dated_on": str(note.noted_on)} for note in notes
            ],
            "assessments": [
                {"assessment_id": str(one.id), "score": one.score} for one in Assessment.objects.filter(case_id=case_id)
            ],
            "plan": [str(plan.id) for plan in Plan.objects.filter(case_id=case_id)],
        }  # fmt: skip
        subject = f"participant/{case.participant_id}"
        stream = Stream.objects.select_for_update().filter(topic="cases", subject=subject).first()
        if stream is None:
            stream = Stream.objects.create(topic="cases", subject=subject, programme_id=programme, last_sequence=0)
        for kind in ("OutcomeRecorded", "OutcomeEvidenced"):
            stream.last_sequence += 1
            event = Outbox.objects.create(
                event_id=uuid.uuid4(), topic="cases", subject=subject, sequence=stream.last_sequence, type=kind,
                schema_version=1, programme_id=programme, provider_id=case.provider_id, headers={},
                body=json.dumps(said), occurred_at=now,
            )  # fmt: skip
            Pending.objects.create(position=event.position)
        stream.save()
        audit = Audit.objects.create(
            programme_id=programme, actor=user["sub"], organisation=user["org"], action="record_outcome",
            subjects=[f"case/{case_id}", subject, f"outcome/{outcome_id}"], business_at=now,
        )  # fmt: skip
        Unsealed.objects.create(position=audit.position)
        answer = {"id": str(outcome_id), "revision": 1, "state": "evidenced"}
        hashed = hashlib.sha256(str(body).encode()).hexdigest()
        Idempotency.objects.create(programme_id=programme, request_hash=hashed, status=201, answer=answer, **mark)
        return Response(answer, 201)


class Ready(APIView):
    def get(self, _: Any) -> Response:
        return Response({"status": "ready"})


urlpatterns = [path("v1/cases/<uuid:case_id>/outcomes", Outcomes.as_view()), path("ready", Ready.as_view())]
application = get_wsgi_application()
