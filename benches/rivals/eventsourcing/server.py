"""The rival: Python's eventsourcing with its PostgreSQL recorder, behind uvicorn, as its documentation shows it.

The body is the service's own, and events are as long as the service's. An org is read as the library reads it: from the
events of its aggregate, of which there is one. There is no authentication, no uniqueness, no sealing and no read model,
and a create is answered without a body.

A process for each core, as Python runs on one, and as many connections to the database in all as the service has, each
with a thread, because the library's recorder waits for PostgreSQL. The recorder prepares its statements. uvloop,
httptools and psycopg's C implementation are what makes this stack fast. Notifications of readers, which cost a lock on
the whole database at every commit, are what the recorder does by default, and nothing here follows.
"""

import argparse
import asyncio
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import uvicorn
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event

DATABASE_CONNECTIONS = 16
PROCESSES = os.cpu_count() or 1
OF_EACH = max(1, DATABASE_CONNECTIONS // PROCESSES)


class Org(Aggregate):
    @event("Created")
    def __init__(self, org, filler, metadata):
        self.org = org


class Orgs(Application):
    name = "orgs"


class Server:
    """An ASGI application (https://asgi.readthedocs.io)."""

    def __init__(self):
        self.orgs = Orgs()
        self.threads = ThreadPoolExecutor(OF_EACH)
        self.metadata = json.loads(os.environ["RIVAL_METADATA"])
        self.payload_bytes = int(os.environ["RIVAL_PAYLOAD_BYTES"])

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == "/livez":
            await reply(send, 200, b"ok")
        elif path == "/v1/orgs" and scope["method"] == "POST":
            org = json.loads(await body(receive))
            created = await self.in_thread(self.create, org)
            await reply(send, 201, b"", f"/v1/orgs/{created}")
        elif path.startswith("/v1/orgs/"):
            org = await self.in_thread(self.read, UUID(path.removeprefix("/v1/orgs/")))
            await reply(send, 404 if org is None else 200, json.dumps(org).encode())
        else:
            await reply(send, 404, b"")

    async def in_thread(self, work, argument):
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, argument)

    def create(self, org):
        # What makes the payload as long as the service's.
        bare = len(json.dumps({"org": org, "filler": ""}, separators=(",", ":")))
        made = Org(org, "x" * max(0, self.payload_bytes - bare), self.metadata)
        self.orgs.save(made)
        return made.id

    def read(self, id):
        try:
            return self.orgs.repository.get(id).org
        except AggregateNotFoundError:
            return None


async def body(receive):
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def reply(send, status, content, location=None):
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    if location:
        headers.append((b"location", location.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def make():
    """What each process of uvicorn serves."""
    return Server()


def main():
    parser = argparse.ArgumentParser()
    for name in ["listen", "socket-directory", "database", "user", "metadata", "payload-bytes"]:
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    os.environ |= {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_HOST": given.socket_directory,
        "POSTGRES_PORT": "5432",
        "POSTGRES_DBNAME": given.database,
        "POSTGRES_USER": given.user,
        "POSTGRES_PASSWORD": "none is asked for",
        "POSTGRES_POOL_SIZE": str(OF_EACH),
        "POSTGRES_MAX_OVERFLOW": "0",
        "RIVAL_METADATA": given.metadata,
        "RIVAL_PAYLOAD_BYTES": given.payload_bytes,
    }
    # The table is there before several make it.
    Orgs().close()
    host, port = given.listen.split(":")
    uvicorn.run(
        "server:make",
        factory=True,
        host=host,
        port=int(port),
        workers=PROCESSES,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    main()
