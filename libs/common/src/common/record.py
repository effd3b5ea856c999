"""The tables every service's database carries: the record of what was announced, heard, asked and done.

Written out as SQL because it is the same for every service and read by people who check it.
"""

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from .database import ORGANISATION, PROGRAMME, Migrating, Viewpoint, protect
from .migrating import index_beside, seen_by_owner

OUTBOX = """
create table stream (
    topic text not null, subject text not null, programme_id text not null, last_sequence bigint not null,
    constraint pk_stream primary key (topic, subject)
) with (fillfactor = 70);
create table outbox (
    position bigint generated always as identity constraint pk_outbox primary key,
    event_id uuid not null, topic text not null, subject text not null, sequence bigint not null,
    type text not null, schema_version integer not null, programme_id text not null, provider_id text,
    headers jsonb not null, body text not null constraint ck_outbox_size check (octet_length(body) <= 65536),
    occurred_at timestamptz not null, announced_at timestamptz not null default clock_timestamp(),
    redacted_at timestamptz,
    constraint uq_outbox_topic_subject_sequence unique (topic, subject, sequence)
);
create index ix_outbox_event_id on outbox (event_id);
create table pending (
    position bigint constraint pk_pending primary key, announced_at timestamptz not null default clock_timestamp()
);
create table log (
    seq bigint constraint pk_log primary key, position bigint not null, programme_id text not null, provider_id text,
    topic text not null
);
create table relay (
    id smallint constraint pk_relay primary key constraint ck_relay_single check (id = 1),
    numbered bigint not null default 0, published bigint not null default 0, epoch uuid not null default uuidv7(),
    moved_at timestamptz not null default clock_timestamp()
);
"""

INBOX = """
create table inbox (
    topic text not null, subject text not null, programme_id text not null,
    last_sequence bigint not null default 0, last_event uuid,
    heard_sequence bigint not null default 0, skipped integer not null default 0, baseline bigint not null default 0,
    state text not null default 'open'
        constraint ck_inbox_state check (state in ('open', 'retrying', 'parked', 'forked')),
    attempts integer not null default 0, retry_at timestamptz, error_code text,
    constraint pk_inbox primary key (topic, subject)
) with (fillfactor = 70);
create index ix_inbox_retry_at on inbox (retry_at) where state = 'retrying';
create table inbox_skipped (
    topic text not null, subject text not null, programme_id text not null, sequence bigint not null,
    event_id uuid, reason text not null, by text not null, at timestamptz not null default clock_timestamp(),
    constraint pk_inbox_skipped primary key (topic, subject, sequence)
);
create table edge (topic text constraint pk_edge primary key, epoch uuid, verified_seq bigint not null default 0);
"""

RECORD = """
create table audit (
    position bigint generated always as identity constraint pk_audit primary key,
    programme_id text not null, actor text not null, organisation text not null, action text not null,
    subjects text[] not null, cause text, business_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp()
);
create index ix_audit_subjects on audit using gin (subjects);
create table idempotency (
    programme_id text not null, client text not null, route text not null, key text not null,
    request_hash text not null, status integer not null, answer jsonb not null,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint pk_idempotency primary key (programme_id, client, route, key)
);
create index ix_idempotency_recorded_at on idempotency (recorded_at);
"""

REDACT = """
create function redact(redacted uuid)
returns table (topic text, subject text, sequence bigint, sha256 text)
language sql security definer set search_path = public, pg_temp as $$
    update outbox set body = '{}', redacted_at = clock_timestamp() where event_id = redacted and redacted_at is null
    returning old.topic, old.subject, old.sequence, encode(pg_catalog.sha256(convert_to(old.body, 'UTF8')), 'hex')
$$
"""
"""Empties an event's body, in every topic it was announced on: the sole update the outbox knows."""

REDACTION = """
create table redaction (
    event_id uuid constraint pk_redaction primary key, programme_id text not null, provider_id text,
    reason text not null, proposed_by text not null, proposed_at timestamptz not null default clock_timestamp(),
    confirmed_by text, confirmed_at timestamptz,
    constraint ck_redaction_two check (confirmed_by <> proposed_by),
    constraint ck_redaction_confirmed check (num_nonnulls(confirmed_by, confirmed_at) in (0, 2))
);
create or replace function redact(redacted uuid)
returns table (topic text, subject text, sequence bigint, sha256 text)
language sql security definer set search_path = public, pg_temp as $$
    update outbox set body = '{}', redacted_at = clock_timestamp()
    where event_id = redacted and redacted_at is null
      and exists (select from redaction where redaction.event_id = redacted and confirmed_by is not null)
    returning old.topic, old.subject, old.sequence, encode(pg_catalog.sha256(convert_to(old.body, 'UTF8')), 'hex')
$$
"""
"""Who wants an event emptied and who confirmed it: two, or the function does nothing."""

SEALED = """
create table audit_unsealed (
    position bigint constraint pk_audit_unsealed primary key, recorded_at timestamptz not null default clock_timestamp()
);
create table audit_seal (
    programme_id text not null, number bigint not null, position bigint not null,
    leaf bytea not null, head bytea not null, sealed_at timestamptz not null default clock_timestamp(),
    constraint pk_audit_seal primary key (programme_id, number),
    constraint uq_audit_seal_position unique (position)
);
create table audit_chain (
    programme_id text constraint pk_audit_chain primary key,
    size bigint not null, head bytea not null, peaks bytea[] not null
);
create table audit_checkpoint (
    programme_id text not null, size bigint not null, head bytea not null, root bytea not null,
    made_at timestamptz not null, key text not null, signature text not null,
    constraint pk_audit_checkpoint primary key (programme_id, size)
);
create table sealer (
    id smallint constraint pk_sealer primary key constraint ck_sealer_single check (id = 1),
    unwitnessed_since timestamptz
);
"""
"""What binds the audit (`common.audit`), kept apart from it: the audit itself is only ever added to."""


def create_record(op: Migrating, service: str) -> None:
    """Create outbox, inbox, audit and idempotency with their grants and policies, in a service's first migration."""
    op.execute("set local lock_timeout = '2s'")
    for statements in (OUTBOX, INBOX, RECORD):
        for statement in filter(None, map(str.strip, statements.split(";\n"))):
            op.execute(statement)
    op.execute("insert into relay (id) values (1)")
    main, worker = f"{service}_main", f"{service}_worker"
    for table, verbs in {
        "stream": "select, insert, update",
        "outbox": "select, insert",
        "audit": "select, insert",
        "idempotency": "select, insert",
        "log": "select",
    }.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant {verbs} on {table} to {main}, {worker}")
        op.execute(f"create policy record on {table} to {main} using (programme_id = {PROGRAMME})")
        op.execute(f"create policy worker on {table} to {worker} using (true) with check (true)")
    for table in ("log", "outbox"):
        op.execute(f"grant select on {table} to {service}_partnership, {service}_provider")
        op.execute(f"create policy partnership on {table} to {service}_partnership using (programme_id = {PROGRAMME})")
        own = f"programme_id = {PROGRAMME} and provider_id = {ORGANISATION}"
        op.execute(f"create policy provider on {table} to {service}_provider using ({own})")
    op.execute(f"grant insert on log to {worker}")
    op.execute(f"grant delete on idempotency to {worker}")
    for table, verbs in {
        "pending": "select, insert, delete",
        "relay": "select, update",
        "inbox": "select, insert, update",
        "inbox_skipped": "select, insert",
        "edge": "select, insert, update",
    }.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant {verbs} on {table} to {worker}")
        op.execute(f"create policy worker on {table} to {worker} using (true) with check (true)")
    op.execute(f"grant insert, select on pending to {main}")
    op.execute(f"create policy record on pending to {main} using (true) with check (true)")
    partnership, mine = f"{service}_partnership", f"programme_id = {PROGRAMME}"
    op.execute(f"grant select on relay to {main}, {partnership}, {service}_provider")
    op.execute(f"create policy record on relay for select to {main}, {partnership}, {service}_provider using (true)")
    op.execute(f"grant select on inbox to {main}")
    op.execute(f"create policy record on inbox for select to {main} using (true)")
    op.execute(f"grant select on stream to {partnership}")
    op.execute(f"grant select, update on inbox to {partnership}")
    op.execute(f"grant select, insert on inbox_skipped to {partnership}")
    for table in ("stream", "inbox", "inbox_skipped"):
        op.execute(f"create policy partnership on {table} to {partnership} using ({mine}) with check ({mine})")
    _let_operators_redact(op, service)


def _let_operators_redact(op: Migrating, service: str) -> None:
    # The function acts as the owner, whom forced row security would show nothing. The owner could lift row security
    # anyway, so a policy of its own gives nothing away; it keeps the function to the asker's programme and this change.
    owner, mine = f"{service}_owner", f"programme_id = {PROGRAMME}"
    op.execute(f"create policy redact_finds on outbox for select to {owner} using ({mine})")
    change = f"{mine} and body = '{{}}' and redacted_at is not null"
    op.execute(f"create policy redact_empties on outbox for update to {owner} using ({mine}) with check ({change})")
    op.execute(REDACT)
    op.execute("revoke all on function redact(uuid) from public")
    op.execute(f"grant execute on function redact(uuid) to {service}_partnership")


def seal_record(op: Migrating, service: str) -> None:
    """Create the chain over the audit, with its grants and policies, and put what was recorded before in its queue."""
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, SEALED.split(";\n"))):
        op.execute(statement)
    op.execute("insert into sealer (id) values (1)")
    # Forced row security shows the owner nothing; the lock keeps everybody else out meanwhile.
    op.execute("lock table audit in access exclusive mode")
    op.execute("alter table audit no force row level security")
    op.execute("insert into audit_unsealed (position, recorded_at) select position, recorded_at from audit")
    op.execute("alter table audit force row level security")
    main, worker, partnership = (f"{service}_{kind}" for kind in ("main", "worker", "partnership"))
    for table, verbs in {
        "audit_unsealed": "select, insert, delete",
        "audit_seal": "select, insert",
        "audit_chain": "select, insert, update",
        "audit_checkpoint": "select, insert",
        "sealer": "select, update",
    }.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant {verbs} on {table} to {worker}")
        op.execute(f"create policy worker on {table} to {worker} using (true) with check (true)")
    op.execute(f"grant select, insert on audit_unsealed to {main}")
    op.execute(f"grant select on audit_unsealed to {partnership}")
    op.execute(f"create policy record on audit_unsealed to {main}, {partnership} using (true) with check (true)")
    op.execute(f"grant select on sealer to {main}")
    op.execute(f"create policy record on sealer for select to {main} using (true)")
    for table in ("audit", "audit_seal", "audit_chain", "audit_checkpoint"):
        op.execute(f"grant select on {table} to {partnership}")
        mine = f"using (programme_id = {PROGRAMME})"
        op.execute(f"create policy partnership on {table} for select to {partnership} {mine}")
    for table in ("audit", "audit_seal", "audit_checkpoint"):
        op.execute(f"revoke update, delete, truncate on {table} from {service}_owner")


def narrow_record(op: Migrating, service: str) -> None:
    """Leave those who keep the record only the columns their statements need, and replays to who first asked.

    `<service>_main` writes for everybody; before this it could also read the programme's outbox, audit and log, every
    organisation's answers kept for replays, and the inbox of every programme.
    """
    main = f"{service}_main"
    for table, columns in {
        "stream": "topic, subject, last_sequence",
        "outbox": "position",
        "audit": "position",
        "inbox": "topic, state, heard_sequence, last_sequence, skipped",
    }.items():
        op.execute(f"revoke select on {table} from {main}")  # noqa: S608 - our own names
        op.execute(f"grant select ({columns}) on {table} to {main}")
    op.execute(f"revoke select on log from {main}")  # noqa: S608 - our own names
    op.execute("drop policy record on idempotency")
    condition = f"programme_id = {PROGRAMME} and split_part(client, '/', 1) = {ORGANISATION}"
    op.execute(f"create policy record on idempotency to {main} using ({condition}) with check ({condition})")


def show_services_the_record(op: Migrating, service: str) -> None:
    """Let services read what was announced and heard in every programme, and nothing else, and sweep it once more.

    Until then a hearer's mark passed whatever was announced outside its own token's programme without a look at it.
    """
    op.execute("set local lock_timeout = '2s'")
    services = f"{service}_installation"
    for table in ("log", "outbox", "stream", "relay", "inbox"):
        op.execute(f"grant select on {table} to {services}")
        op.execute(f"create policy installation on {table} for select to {services} using (true)")
    op.execute("alter table edge no force row level security")
    op.execute("update edge set verified_seq = 0")
    op.execute("alter table edge force row level security")


def redact_by_two(op: Migrating, service: str) -> None:
    """Let the function empty an event only once two people have asked for it, and readers see why it is empty."""
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, REDACTION.split(";\n"))):
        op.execute(statement)
    owner, partnership, provider, worker, services = (
        f"{service}_{kind}" for kind in ("owner", "partnership", "provider", "worker", "installation")
    )
    op.execute("alter table redaction enable row level security")
    op.execute("alter table redaction force row level security")
    op.execute(f"grant select on redaction to {partnership}, {provider}, {worker}, {services}")
    op.execute(f"grant insert (event_id, programme_id, provider_id, reason, proposed_by) on redaction to {partnership}")
    op.execute(f"grant update (confirmed_by, confirmed_at) on redaction to {partnership}")
    op.execute(f"create policy partnership on redaction to {partnership} using (programme_id = {PROGRAMME})")
    own = f"programme_id = {PROGRAMME} and provider_id = {ORGANISATION}"
    op.execute(f"create policy provider on redaction for select to {provider} using ({own})")
    op.execute(f"create policy worker on redaction for select to {worker} using (true)")
    op.execute(f"create policy installation on redaction for select to {services} using (true)")
    op.execute(f"create policy redact_asks on redaction for select to {owner} using (programme_id = {PROGRAMME})")


CHAIN = (
    """
    create function leaf(topic text, subject text, event_id uuid, type text, schema_version integer, programme_id text,
                         body_sha256 bytea)
    returns bytea language sql immutable parallel safe
    return sha256(convert_to(
        topic || e'\\n' || subject || e'\\n' || type || e'\\n' || cast(schema_version as text) || e'\\n'
        || programme_id || e'\\n', 'UTF8') || uuid_send(event_id) || body_sha256)
    """,
    """
    create function chained(before bytea, leaf bytea) returns bytea language sql immutable parallel safe
    return case when before is null then leaf else sha256(before || leaf) end
    """,
    """
    create function chain(before bytea, leaves bytea[]) returns bytea[] language plpgsql immutable parallel safe as $$
    declare
        leaf bytea;
        hashes bytea[] = '{}';
    begin
        foreach leaf in array leaves loop
            before := chained(before, leaf);
            hashes := hashes || before;
        end loop;
        return hashes;
    end $$
    """,
    "alter table stream add column hash bytea",
    "alter table outbox add column hash bytea, add column body_sha256 bytea",
    """
    create or replace function redact(redacted uuid)
    returns table (topic text, subject text, sequence bigint, sha256 text)
    language sql security definer set search_path = public, pg_temp as $$
        update outbox set body = '{}', redacted_at = clock_timestamp(),
                          body_sha256 = pg_catalog.sha256(convert_to(body, 'UTF8'))
        where event_id = redacted and redacted_at is null
          and exists (select from redaction where redaction.event_id = redacted and confirmed_by is not null)
        returning old.topic, old.subject, old.sequence, encode(new.body_sha256, 'hex')
    $$
    """,
    """
    create function chain_what_older_code_announces() returns trigger language plpgsql as $$
    begin
        update stream set hash = chained(hash, leaf(
            new.topic, new.subject, new.event_id, new.type, new.schema_version, new.programme_id,
            sha256(convert_to(new.body, 'UTF8'))))
        where (topic, subject) = (new.topic, new.subject) and (hash is not null or new.sequence = 1)
        returning hash into new.hash;
        return new;
    end $$
    """,
    """
    create trigger chained before insert on outbox for each row when (new.hash is null)
        execute function chain_what_older_code_announces()
    """,
    "alter table inbox add column hash bytea, add column hash_sequence bigint",
    "alter table edge add column verified_event uuid",
)
"""`common.streams.chain` in SQL: each event's running hash, beside it and at the end of its stream.

A redacted body leaves its own hash behind. An inbox's hash is that after `hash_sequence`; where that is not the last
applied, whoever moved the inbox knew no hash, and the announcer's is taken over. A stream that was there before has no
hash, nor has what is announced of it, until `bind_record` comes to it.
"""

BIND = """
update outbox set hash = told.hash
from (
    select topic, subject, min(sequence) as first, array_agg(position order by sequence) as positions, array_agg(
        leaf(topic, subject, event_id, type, schema_version, programme_id, sha256(convert_to(body, 'UTF8')))
        order by sequence) as leaves
    from ({part}) as part group by topic, subject) as said
left join lateral (
    select sequence, hash from outbox as earlier
    where (earlier.topic, earlier.subject) = (said.topic, said.subject) and earlier.sequence < said.first
    order by sequence desc limit 1) as earlier on true
cross join lateral unnest(said.positions, chain(earlier.hash, said.leaves)) as told (position, hash)
where outbox.position = told.position and (earlier.sequence is null or earlier.hash is not null)
"""
"""Binds part of an outbox to what stands before it, where that is bound."""
BIND_ALL = """
do $$
declare
    walked bigint := 0;
    reached bigint;
    held_topics text[];
    held_subjects text[];
    last_topic text := '';
    last_subject text := '';
begin
    loop
        select max(position) into reached from (
            select position from outbox where position > walked order by position limit {most}) as next;
        exit when reached is null;
        {bind_walked};
        commit;
        walked := reached;
        raise info 'bound what was announced up to position %', walked;
    end loop;
    loop
        select array_agg(topic), array_agg(subject) into held_topics, held_subjects from (
            select topic, subject from stream where hash is null and (topic, subject) > (last_topic, last_subject)
            order by topic, subject limit {most} for update) as next;
        exit when held_topics is null;
        {bind_held};
        update stream set hash = coalesce((
            select hash from outbox where (outbox.topic, outbox.subject) = (stream.topic, stream.subject)
            order by sequence desc limit 1), '')
        from unnest(held_topics, held_subjects) as held (topic, subject)
        where (stream.topic, stream.subject) = (held.topic, held.subject);
        commit;
        last_topic := held_topics[array_upper(held_topics, 1)];
        last_subject := held_subjects[array_upper(held_subjects, 1)];
        raise info 'streams bound up to % %', last_topic, last_subject;
    end loop;
end $$
"""
"""Binds an outbox in parts that commit, while others announce: it may be stopped, and begun again.

First along the outbox, holding up nobody. Then stream by stream, under the lock that counts: the few events that were
announced meanwhile, and the stream's own end; from there on each event is bound when it is announced.
"""
MOST = 1_000
"""Events, then streams, of one part: some tenths of a second."""


def chain_record(op: Migrating, service: str) -> None:
    """Bind what is announced to what stands before it in its stream, also what older code announces.

    What was announced before, and whatever else is said of the same streams, waits for `bind_record`.
    """
    op.execute("set local lock_timeout = '2s'")
    for statement in CHAIN:
        op.execute(statement)
    op.execute(f"grant select (hash) on stream to {service}_main")
    op.execute(f"grant select (error_code) on inbox to {service}_main")


def bind_record(op: Migrating, service: str) -> None:
    """Bind what was announced before there was a chain, and let nothing in that is not bound.

    What was redacted before is bound as the empty event it is now. It updates each event once, and says how far it is.
    """
    op.execute("set local lock_timeout = '2s'")
    for table in ("stream", "outbox"):
        op.execute(f"drop policy if exists binding on {table}")
        # Forced row security shows the owner nothing. Within `redact`, who asks is not the owner, and sees no more.
        op.execute(f"create policy binding on {table} to {service}_owner using (current_user = session_user)")
    walk = "select * from outbox where position > walked and position <= reached and hash is null"
    rest = "select outbox.* from outbox join unnest(held_topics, held_subjects) as held (topic, subject)"
    with op.get_context().autocommit_block():
        op.execute(
            BIND_ALL.format(
                most=MOST,
                bind_walked=BIND.format(part=walk),
                bind_held=BIND.format(part=f"{rest} using (topic, subject) where hash is null"),
            )
        )
    op.execute("set local lock_timeout = '2s'")
    for table in ("stream", "outbox"):
        op.execute(f"drop policy binding on {table}")
    op.execute("-- squawk-ignore ban-drop-constraint\nalter table outbox drop constraint if exists ck_outbox_hash")
    op.execute("alter table outbox add constraint ck_outbox_hash check (hash is not null) not valid")
    with op.get_context().autocommit_block():
        op.execute("alter table outbox validate constraint ck_outbox_hash")


def take_turns(op: Migrating) -> None:
    """Heal what was tried longest ago first, and know since when announcements wait."""
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table inbox add column tried_at timestamptz")
    op.execute("alter table relay add column waiting_since timestamptz")


def hear_again(op: Migrating, service: str) -> None:
    """Know what was heard by the audit, and let operators have streams heard again: one, or all that are missing."""
    index_beside(op, "ix_audit_cause", "audit (cause) where cause is not null")
    partnership = f"{service}_partnership"
    op.execute(f"grant insert on inbox to {partnership}")
    op.execute(f"grant select (topic), update (verified_seq, verified_event) on edge to {partnership}")
    op.execute(f"create policy partnership on edge to {partnership} using (true) with check (true)")


def watch_record(op: Migrating) -> None:
    """Know when the announced record was last looked at as a whole, and how many streams were not as announced."""
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table relay add column verified_at timestamptz, add column faults bigint not null default 0")


def keep_effects(op: Migrating) -> None:
    """Know of each event that was heard which rows it wrote, and find again what events took away themselves."""
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table audit add column if not exists effect text[]")
    index_beside(op, "ix_audit_taken", "audit (position) where effect[1] like '-%'")


ONCE = "cause is not null"


def hear_once(op: Migrating) -> None:
    """Let no event be heard twice, whatever the inbox says.

    What happened twice before this was known stays as it is: then only what is heard from now on is heard once.
    """
    try:
        index_beside(op, "uq_audit_cause", f"audit (cause) where {ONCE}", unique=True)
    except IntegrityError:
        last = op.get_bind().scalar(text("select pg_sequence_last_value(pg_get_serial_sequence('audit', 'position'))"))
        index_beside(op, "uq_audit_cause", f"audit (cause) where {ONCE} and position > {last}", unique=True)
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ix_audit_cause")


WAITS = (
    "alter table inbox add column if not exists waits boolean",
    "-- squawk-ignore ban-drop-generated-expression\nalter table inbox alter column waits drop expression if exists",
    "alter table inbox alter column waits set default false",
    """
    create or replace function inbox_waits() returns trigger language plpgsql as
    $$ begin new.waits := new.heard_sequence > new.last_sequence; return new; end $$
    """,
    """
    create or replace trigger waits before insert or update on inbox for each row
    when (new.waits is distinct from (new.heard_sequence > new.last_sequence)) execute function inbox_waits()
    """,
)


def know_what_waits(op: Migrating, service: str) -> None:
    """Find what waits in an inbox without reading all of it.

    An index over the two sequences themselves would have to be written with every event; `waits` seldom changes. The
    database keeps it, since code that does not know it runs beside.
    """
    op.execute("set local lock_timeout = '2s'")
    for statement in WAITS:
        op.execute(statement)
    with seen_by_owner(op, service, "inbox"):
        op.execute("update inbox set waits = true where heard_sequence > last_sequence and waits is not true")
    index_beside(op, "ix_inbox_waits", "inbox (topic, tried_at nulls first, subject) where waits")


WEBHOOKS = """
create table webhook (
    id uuid constraint pk_webhook primary key, programme_id text not null, organisation text not null,
    organisation_kind text not null, roles text[] not null, created_by text not null,
    created_at timestamptz not null default clock_timestamp(), url text not null, event_types text[] not null,
    subjects text[] not null, version integer not null default 1,
    state text not null default 'on'
        constraint ck_webhook_state check (state in ('on', 'paused', 'disabled', 'ended')),
    disabled_because text, disabled_at timestamptz, failing_since timestamptz,
    told_up_to bigint not null, lease uuid, leased_until timestamptz
);
create index ix_webhook_organisation on webhook (programme_id, organisation, id);
create table webhook_secret (
    webhook_id uuid not null, number integer not null, programme_id text not null, organisation text not null,
    secret bytea not null, made_at timestamptz not null default clock_timestamp(), signs_until timestamptz,
    constraint pk_webhook_secret primary key (webhook_id, number),
    constraint fk_webhook_secret_webhook_id_webhook foreign key (webhook_id) references webhook (id)
);
create table webhook_delivery (
    webhook_id uuid not null, id uuid not null, programme_id text not null, organisation text not null, seq bigint,
    type text not null, subject text not null, announced_at timestamptz,
    queued_at timestamptz not null default clock_timestamp(),
    state text not null default 'waiting'
        constraint ck_webhook_delivery_state check (state in ('waiting', 'delivered', 'given-up')),
    attempts integer not null default 0, next_at timestamptz default clock_timestamp(),
    constraint pk_webhook_delivery primary key (webhook_id, id),
    constraint fk_webhook_delivery_webhook_id_webhook foreign key (webhook_id) references webhook (id)
);
create index ix_webhook_delivery_queued_at on webhook_delivery (webhook_id, queued_at, id);
create index ix_webhook_delivery_next_at on webhook_delivery (webhook_id, next_at) where state = 'waiting';
create index ix_webhook_delivery_subject on webhook_delivery (webhook_id, subject, seq, id) where state = 'waiting';
create table webhook_attempt (
    webhook_id uuid not null, delivery_id uuid not null, at timestamptz not null, programme_id text not null,
    organisation text not null, duration_ms integer not null, status integer, failure text, next_at timestamptz,
    constraint pk_webhook_attempt primary key (webhook_id, delivery_id, at),
    constraint fk_webhook_attempt_webhook_id_webhook_delivery foreign key (webhook_id, delivery_id)
        references webhook_delivery (webhook_id, id) on delete cascade
);
"""
"""Who is told what was announced, what still waits for them, and what became of each attempt (ADR 0029).

No body is kept here: it is read from the outbox, as its subscriber may see it, for each attempt.
"""


def keep_webhooks(op: Migrating, service: str) -> None:
    """Create what webhooks are kept in: each organisation's own. Nobody who answers requests can read a secret.

    Of all that is announced an agency may be told one thing: how its own referrals stand for it.
    """
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, WEBHOOKS.split(";\n"))):
        op.execute(statement)
    main, worker = f"{service}_main", f"{service}_worker"
    own = "organisation = {org}"
    for table in ("webhook", "webhook_secret", "webhook_delivery", "webhook_attempt"):
        protect(op, service, table, provider=own, agency=own)
    for viewpoint in (Viewpoint.PARTNERSHIP, Viewpoint.PROVIDER, Viewpoint.AGENCY):
        role = f"{service}_{viewpoint}"
        op.execute(f"revoke select on webhook_secret from {role}")  # noqa: S608 - our own names
        op.execute(f"grant select (webhook_id, number, signs_until) on webhook_secret to {role}")
    op.execute(f"grant delete on webhook_secret, webhook_delivery, webhook_attempt to {worker}")
    for table, columns in {
        "webhook": "id, state, failing_since, told_up_to",
        "webhook_delivery": "webhook_id, state, attempts, next_at",
    }.items():
        op.execute(f"grant select ({columns}) on {table} to {main}")
        op.execute(f"create policy record on {table} for select to {main} using (true)")
    agency = f"{service}_agency"
    op.execute(f"grant select on relay, log, outbox, redaction to {agency}")
    op.execute(f"create policy agency on relay for select to {agency} using (true)")
    mine = f"programme_id = {PROGRAMME} and provider_id = {ORGANISATION}"
    standing = f"{mine} and type = 'ReferralStandingChanged'"
    for table, condition in {"log": mine, "outbox": standing, "redaction": mine}.items():
        op.execute(f"create policy agency on {table} for select to {agency} using ({condition})")
