// Reads an AsyncAPI document as the official parser does: what it objects to, then how many messages it found.
import { readFileSync } from "node:fs";
import asyncapi from "@asyncapi/parser";

const LEAST_SEVERE_THAT_COUNTS = 1; // 0 is an error, 1 a warning, 2 and 3 are advice
const { document, diagnostics } = await new asyncapi.Parser().parse(readFileSync(process.argv[2], "utf8"));
const objections = diagnostics
  .filter(({ severity }) => severity <= LEAST_SEVERE_THAT_COUNTS)
  .map(({ code, message, path }) => `${code} at ${path.join(".")}: ${message}`);
const messages = document?.messages().all() ?? [];
console.log(JSON.stringify({ objections, messages: messages.map((message) => message.name()) }));
