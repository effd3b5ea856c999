#!/bin/sh
# Who may use which topic, once clients authenticate (SASL or mutual TLS; a principal is named as its service) and the
# broker runs an authorizer with allow.everyone.if.no.acl.found=false: what is not allowed here is denied. Internal topics
# are closed to all but our services; councils read public topics and nothing else. Safe to repeat.
set -eu

allow() {
  "${KAFKA_BIN:-/opt/kafka/bin}/kafka-acls.sh" --bootstrap-server "$KAFKA_BOOTSTRAP" \
    ${COMMAND_CONFIG:+--command-config "$COMMAND_CONFIG"} --force --add "$@"
}

announces() { # service topics…
  service=$1; shift
  for topic in "$@"; do
    allow --allow-principal "User:$service" --operation Write --operation Describe --topic "$topic"
  done
}

hears() { # principal topics…, in the group that has its name
  principal=$1; shift
  for topic in "$@"; do
    allow --allow-principal "User:$principal" --operation Read --operation Describe --topic "$topic"
  done
  allow --allow-principal "User:$principal" --operation Read --group "$principal"
}

announces referral-hub referrals public.referrals
announces case-management cases public.cases
announces claims claims public.claims

hears referral-hub cases
hears case-management referrals
hears claims cases referrals
hears reporting referrals cases claims

for council in ${COUNCILS:-kirklees-council}; do
  hears "$council" public.referrals public.cases public.claims
done
