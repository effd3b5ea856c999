#!/bin/sh
# Topics with their partitions and retention, declared once. Kafka keeps seven days; the feeds keep everything.
set -eu
for topic in referrals cases claims public.referrals public.cases public.claims; do
  "${KAFKA_BIN:-/opt/kafka/bin}/kafka-topics.sh" --bootstrap-server "$KAFKA_BOOTSTRAP" --create --if-not-exists \
    --topic "$topic" --partitions "${PARTITIONS:-12}" --replication-factor "${REPLICATION:-1}" \
    --config retention.ms=604800000 --config max.message.bytes=131072
done
