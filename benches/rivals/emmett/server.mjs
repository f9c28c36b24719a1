// The rival: Emmett with its PostgreSQL event store and a Pongo read model, behind its Express package, as its
// documentation shows them.
//
// The body is the service's own, and events are as long as the service's. The read model is an inline projection: Pongo
// keeps it in the transaction that appends the event, so that what is acknowledged can be read. There is no
// authentication, no uniqueness and no sealing, and a create is answered without a body.
//
// A process for each core, as Node.js runs JavaScript on one, and as many connections to the database in all as the
// service has. Emmett sends its append as one call of a function of its own; it does not prepare statements, and has no
// option to. The newest Express package there is was published before the newest event store: it is used with it.

import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CommandHandler } from '@event-driven-io/emmett';
import { Created, NotFound, OK, getApplication, on } from '@event-driven-io/emmett-expressjs';
import { getPostgreSQLEventStore, pongoSingleStreamProjection } from '@event-driven-io/emmett-postgresql';
import { pongoClient } from '@event-driven-io/pongo';
import pg from 'pg';

const DATABASE_CONNECTIONS = 16;

const { values: given } = parseArgs({
  options: {
    listen: { type: 'string' },
    'socket-directory': { type: 'string' },
    database: { type: 'string' },
    user: { type: 'string' },
    metadata: { type: 'string' },
    'payload-bytes': { type: 'string' },
  },
});
const socket = encodeURIComponent(given['socket-directory']);
const connectionString = `postgresql://${given.user}@localhost:5432/${given.database}?host=${socket}`;
const processes = availableParallelism();

const evolve = (_, event) => event.data.org;
const orgs = pongoSingleStreamProjection({
  collectionName: 'orgs',
  canHandle: ['OrgCreated'],
  evolve,
  getDocumentId: (event) => event.metadata.streamName,
});

// What makes the payload as long as the service's.
function filler(org) {
  const bare = JSON.stringify({ org, filler: '' }).length;
  return 'x'.repeat(Math.max(0, Number(given['payload-bytes']) - bare));
}

async function serve() {
  const max = Math.max(1, Math.floor(DATABASE_CONNECTIONS / processes));
  // One pool for the store and what it projects, another view of it for reading.
  const pool = new pg.Pool({ connectionString, max });
  const store = getPostgreSQLEventStore(connectionString, {
    connectionOptions: { pool },
    projections: [{ type: 'inline', projection: orgs }],
    schema: { autoMigration: 'None' },
  });
  const pongo = pongoClient(connectionString, { connectionOptions: { pool }, schema: { autoMigration: 'None' } });
  const documents = pongo.db().collection('orgs');
  const handle = CommandHandler({ evolve: (state) => state, initialState: () => ({}) });
  const metadata = JSON.parse(given.metadata);

  const api = (router) => {
    router.get('/livez', (_, response) => response.send('ok'));
    router.post('/v1/orgs', on(async ({ body: org }) => {
      const id = randomUUID();
      const decide = () => ({ type: 'OrgCreated', data: { org, filler: filler(org) }, metadata });
      await handle(store, id, decide, { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' });
      return Created({ url: `/v1/orgs/${id}` });
    }));
    router.get('/v1/orgs/:id', on(async ({ params }) => {
      const found = await documents.findOne({ _id: params.id });
      if (found === null) return NotFound();
      const { _id, _version, ...org } = found;
      return OK({ body: org });
    }));
  };
  const application = getApplication({ apis: [api], enableDefaultExpressEtag: false });
  const [host, port] = given.listen.split(':');
  application.listen(Number(port), host);
}

if (cluster.isPrimary) {
  const store = getPostgreSQLEventStore(connectionString, { projections: [{ type: 'inline', projection: orgs }] });
  await store.schema.migrate();
  await store.close();
  // Else the first projections of both processes make the collection at the same time, and one of them fails.
  const pongo = pongoClient(connectionString);
  await pongo.db().collection('orgs').createCollection();
  await pongo.close();
  const workers = Array.from({ length: processes }, () => cluster.fork());
  process.on('SIGTERM', () => {
    workers.forEach((worker) => worker.process.kill('SIGTERM'));
    process.exit(0);
  });
} else {
  await serve();
}
