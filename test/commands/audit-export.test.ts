import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportAudit } from '../../src/commands/audit-export';
import { StoppedError } from '../../src/core/errors';
import { openState } from '../../src/state/open';
import { auditRowOf } from '../state/samples';
import { marked } from '../support/secrets';
import { ioForTests } from './io-for-tests';

let folder: string;
let envFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wcodoo-export-'));
  envFile = join(folder, 'env');
  const variables = {
    WOO_URL: 'http://127.0.0.1:9',
    WOO_CONSUMER_KEY: marked('ck_1'),
    WOO_CONSUMER_SECRET: marked('cs_1'),
    ODOO_URL: 'http://127.0.0.1:9',
    ODOO_DB: 'odoo',
    ODOO_USERNAME: 'admin',
    ODOO_API_KEY: marked('odoo'),
    WCODOO_HOME: join(folder, 'home'),
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(''), { mode: 0o600 });
  const state = await openState({ path: join(folder, 'home', 'state.db'), now: () => new Date() });
  await state.commit({ audit: Array.from({ length: 2000 }, (_, at) => auditRowOf({ wooId: String(at) })) });
  state.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an export that is told to stop says so, and leaves neither a file nor half of one', async () => {
  const { io } = ioForTests({ signal: AbortSignal.abort() });
  const before = readdirSync(folder);
  const stopped = exportAudit({ envFile, format: 'csv', guard: true, output: join(folder, 'out.csv') }, io);
  await expect(stopped).rejects.toThrow(StoppedError);
  expect(readdirSync(folder)).toEqual(before);
});
