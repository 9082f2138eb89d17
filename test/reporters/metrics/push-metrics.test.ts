/** Pushing to a gateway that listens: how it is asked, and what is made of its answers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { FatalError } from '../../../src/core/errors';
import { pushMetrics, PushError, type Pushgateway } from '../../../src/reporters/metrics/push-metrics';
import { writeTextfile } from '../../../src/reporters/metrics/write-textfile';
import { SECRET_MARK } from '../../support/find-leaks';
import { asSecret, marked } from '../../support/secrets';
import { startGateway, type Answer, type GatewayForTests } from './gateway-for-tests';

const METRICS = { text: 'wcodoo_build_info 1\n', contentType: 'text/plain; version=0.0.4' };

let gateway: GatewayForTests | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function push(answers: readonly Answer[], values: Partial<Pushgateway> = {}): Promise<unknown> {
  gateway = await startGateway(...answers);
  return pushMetrics(
    {
      url: gateway.url,
      timeoutMs: 5_000,
      grouping: { job: 'wcodoo', instance: 'host-1.example', store: 'shop' },
      userAgent: 'wcodoo/test',
      ...values,
    },
    METRICS,
  ).catch((error: unknown) => error);
}

test('what was pushed before is replaced, under job, instance and store', async () => {
  expect(await push(['well'])).toBeUndefined();
  expect(gateway?.pushed).toMatchObject([
    {
      method: 'PUT',
      path: '/metrics/job/wcodoo/instance/host-1.example/store/shop',
      body: METRICS.text,
      headers: { 'content-type': METRICS.contentType, 'user-agent': 'wcodoo/test' },
    },
  ]);
  expect(gateway?.pushed[0]?.headers.authorization).toBeUndefined();
});

test('a login travels as basic authentication', async () => {
  const password = marked('pa:ss');
  await push(['well'], { username: 'prom', password: asSecret(password) });
  const [, credentials = ''] = gateway?.pushed[0]?.headers.authorization?.split(' ') ?? [];
  expect(Buffer.from(credentials, 'base64').toString()).toBe(`prom:${password}`);
});

test('a label that a path cannot hold travels in base64', async () => {
  await push(['well'], { grouping: { job: 'a/b', instance: 'é t', store: '' } });
  expect(gateway?.pushed[0]?.path).toBe(
    `/metrics/job@base64/${btoa('a/b').replace('=', '')}/instance@base64/w6kgdA/store@base64/=`,
  );
});

test('a gateway behind a path is asked there', async () => {
  gateway = await startGateway('well');
  const options = { url: `${gateway.url}/push/`, timeoutMs: 5_000, grouping: { job: 'w' }, userAgent: 'w' };
  await pushMetrics(options, METRICS);
  expect(gateway.pushed[0]?.path).toBe('/push/metrics/job/w');
});

test.each(['fails', 'busy', 'cut', 'silent'] as const)(
  'a gateway whose first answer is %s gets a second try',
  async (answer) => {
    expect(await push([answer, 'well'], { timeoutMs: 1_500 })).toBeUndefined();
    expect(gateway?.pushed).toHaveLength(2);
  },
);

test.each([
  ['fails', 2, /refused the metrics \(HTTP 500\)/],
  ['cut', 2, /could not be reached \(ECONNRESET\)/],
  ['silent', 2, /did not answer in time/],
  ['endless', 2, /could not be reached|did not answer in time/],
  ['refuses', 1, /refused the metrics \(HTTP 400\)/],
  ['forbids', 1, /HTTP 401\): check PUSHGATEWAY_USERNAME and PUSHGATEWAY_PASSWORD/],
  ['elsewhere', 1, /HTTP 302\): set PUSHGATEWAY_URL/],
  ['page', 1, /a page for people/],
] as const)(
  'a gateway whose answer is %s is asked %i times and named in a sentence',
  async (answer, tries, says) => {
    const error = await push([answer], { timeoutMs: 1_500, password: asSecret(marked('gate')) });
    expect(error).toBeInstanceOf(PushError);
    expect((error as PushError).message).toMatch(says);
    expect((error as PushError).message).toContain(gateway?.url);
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET_MARK);
    expect(gateway?.pushed).toHaveLength(tries);
  },
);

test('a gateway that is not there is named in a sentence', async () => {
  gateway = await startGateway('well');
  await gateway.close();
  const options = { url: gateway.url, timeoutMs: 1_000, grouping: { job: 'w' }, userAgent: 'w' };
  await expect(pushMetrics(options, METRICS)).rejects.toThrow(/could not be reached \(ECONNREFUSED\)/);
});

test('a file of the authority that is not there is named in a sentence', async () => {
  expect(await push(['well'], { caFile: '/nowhere/ca.pem' })).toMatchObject({
    message: 'metrics.caFile: /nowhere/ca.pem cannot be read (ENOENT)',
  });
});

describe('the file for node_exporter', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wcodoo-textfile-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('is replaced by another one, never written in place, and others may read it', () => {
    const path = join(folder, 'wcodoo.prom');
    writeFileSync(path, 'old');
    const before = statSync(path).ino;
    const umask = process.umask(0o077);
    writeTextfile(path, METRICS.text);
    process.umask(umask);
    expect(readFileSync(path, 'utf8')).toBe(METRICS.text);
    expect(statSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['wcodoo.prom']);
  });

  test('that cannot be written leaves nothing behind', () => {
    expect(() => {
      writeTextfile(folder, METRICS.text);
    }).toThrow(FatalError);
    expect(() => {
      writeTextfile(join(folder, 'nowhere', 'wcodoo.prom'), METRICS.text);
    }).toThrow(/cannot be written to .*nowhere.*\(ENOENT\)/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
