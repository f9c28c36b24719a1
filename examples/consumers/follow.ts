// Follows an org: prints one event a line, and goes on where it stopped, however it was stopped.
//
//   QUARTERDECK_ENDPOINT=https://… QUARTERDECK_SECRET=qdsk_… QUARTERDECK_ORG=acme \
//     node --experimental-strip-types follow.ts cursor.txt
//
// Node 22.6 or later, no packages. Put your own work into `handle`. The cursor is kept after it: an event may come twice (with
// the same id), and never not at all. For an unfiltered follower that reads the org's whole trail, positions have no gaps; this
// checks it.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface CloudEvent {
  id: string;
  type: string;
  subject: string;
  orgposition: number;
  data: unknown;
}

const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const url = `${env("QUARTERDECK_ENDPOINT")}/v1/orgs/${env("QUARTERDECK_ORG")}/events/stream`;
const secret = env("QUARTERDECK_SECRET");
const file: string = process.argv[2] ?? "cursor.txt";
/** Something comes at least every 15 s: silence is a connection that is gone. */
const SILENCE_MS = 45_000;

function handle(event: CloudEvent): void {
  process.stdout.write(JSON.stringify(event) + "\n");
}

function load(): string {
  try {
    return readFileSync(file, "ascii") || "0";
  } catch {
    return "0";
  }
}

function keep(cursor: string): void {
  writeFileSync(file + ".new", cursor, { flush: true });
  renameSync(file + ".new", file);
}

const position = (cursor: string): number => Number(cursor.split(".").pop());

/** Follows until the connection ends; keeps the cursor. */
async function follow(): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const headers = { Authorization: `Bearer ${secret}`, "Last-Event-ID": load(), Accept: "text/event-stream" };
    const response = await fetch(url, { headers, signal: silence.signal });
    if (!response.ok || response.body === null) {
      const problem = await response.text();
      if ([400, 401, 403, 404, 409, 422].includes(response.status)) {
        // It will not work by itself. After `epoch_changed`: read what you need anew, and begin there.
        console.error(problem);
        process.exit(1);
      }
      throw new Error(problem);
    }
    let last = position(load());
    let rest = "";
    for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
      heard();
      const frames = (rest + bytes).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const fields = new Map(frame.split("\n").map((line): [string, string] => {
          const [name = "", ...value] = line.split(": ");
          return [name, value.join(": ")];
        }));
        const [data, id] = [fields.get("data"), fields.get("id")];
        if (data !== undefined) {
          const event = JSON.parse(data) as CloudEvent;
          if (event.orgposition !== last + 1) {
            console.error(`after ${last} comes ${event.orgposition}`);
            process.exit(1);
          }
          handle(event);
        }
        if (id !== undefined) {
          last = position(id);
          keep(id);
        }
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

let pause = 1;
for (;;) {
  const before = load();
  try {
    await follow();
  } catch (error) {
    console.error(`connecting again: ${String(error)}`);
  }
  pause = load() === before ? Math.min(pause * 2, 60) : 1;
  await sleep(pause * 1000);
}
