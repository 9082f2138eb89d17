import Database from 'better-sqlite3';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Purge, State, StateOverview } from '../core/ports';
import { openAlerts } from './alerts';
import { openAudit } from './audit';
import { openBreaches } from './breaches';
import { openCheckpoints } from './checkpoints';
import { openCommit } from './commit';
import { perform } from './database';
import type { StateDatabase } from './database';
import { openDebts } from './debts';
import { identityOf } from './file-identity';
import { openHistory } from './history';
import { openHolds } from './holds';
import { inspectStateFile } from './inspect';
import { openIntents } from './intents';
import { openLinks } from './links';
import { openListings } from './listings';
import { openLock } from './lock';
import { checkNodeVersion } from './node-version';
import { migrate } from './migrations';
import { openOverview } from './overview';
import { openPurge } from './purge';
import { openRuns } from './runs';
import { openSpool } from './spool';
import { openStores } from './stores';
import { useWriteAheadLog } from './write-ahead';

/** A state kept in SQLite. */
export interface OpenState extends State {
  /** Absolute, or `:memory:`. */
  readonly path: string;
  /** One store at this moment, with its newest runs; needs no lock. */
  readonly overview: (store: string, runs: number) => Promise<StateOverview>;
  /** Forgets what is no longer needed. */
  readonly purge: Purge;
  /** Gives up a lock still held and closes the file; may be called twice. */
  close(): void;
}

/** How long a statement waits for another process; it blocks this one meanwhile. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens the state at `path`, and creates it (mode 600, in a folder of mode 700)
 * or brings its schema up to date first. Once a promise of the state is kept,
 * what it wrote survives a kill and a power cut.
 * @throws FatalError on a Node that SQLite does not work with, or when the file is damaged, foreign, of a newer wcodoo, or cannot be opened; it is left as it is
 */
export function openState(options: { path: string; now: () => Date }): Promise<OpenState> {
  const path = options.path === ':memory:' ? options.path : resolve(options.path);
  return perform(path, () => {
    checkNodeVersion(process.versions.node);
    if (path !== ':memory:') {
      inspectStateFile(path);
      createFile(path);
    }
    const opened = identityOf(path);
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      useWriteAheadLog(db, BUSY_TIMEOUT_MS);
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma('trusted_schema = OFF');
      migrate(db, path);
      return assemble({
        db,
        path,
        now: options.now,
        isInPlace: () => identityOf(path) === opened,
        perform: (work) => perform(path, work),
      });
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function assemble(database: StateDatabase): OpenState {
  const lock = openLock(database);
  const links = openLinks(database);
  const checkpoints = openCheckpoints(database);
  const intents = openIntents(database, lock);
  const debts = openDebts(database);
  const holds = openHolds(database);
  const listings = openListings(database);
  const breaches = openBreaches(database);
  const audit = openAudit(database);
  return {
    path: database.path,
    links: links.port,
    checkpoints: checkpoints.port,
    intents: intents.port,
    debts: debts.port,
    holds: holds.port,
    listings: listings.port,
    breaches: breaches.port,
    spool: openSpool(database),
    alerts: openAlerts(database),
    runs: openRuns(database),
    audit: audit.port,
    overview: openOverview(database),
    purge: openPurge(database, lock),
    history: openHistory(database),
    commit: openCommit(database, {
      links,
      checkpoints,
      intents,
      debts,
      holds,
      listings,
      breaches,
      audit,
      lock,
    }),
    auditOf: (runId) => audit.rowsOf(runId),
    ...openStores(database),
    lock: (owner) => lock.take(owner),
    close() {
      lock.close();
      database.db.close();
    },
  };
}

/** SQLite would create the file with the rights of the umask, for everybody to read; its `-wal` inherits them. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}
