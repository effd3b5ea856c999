// Reads a batch from the feed and messages from Kafka as CloudEvents' own SDK does, which refuses what is none.
import { readFileSync } from "node:fs";
import cloudevents from "cloudevents";

const { CloudEvent, Kafka } = cloudevents;
const { batch, messages } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const strictly = true;
const told = [
  ...batch.map((one) => new CloudEvent(one, strictly)),
  ...messages.map(({ headers, key, value }) => Kafka.toEvent({ headers, key, value, body: value })),
];
told.forEach((event) => event.validate());
console.log(JSON.stringify(told.map((event) => event.toJSON())));
