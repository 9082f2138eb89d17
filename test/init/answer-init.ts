/** `wcodoo init` in a folder of its own, with a person who answers by a script. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init, type InitOptions } from '../../src/commands/init';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { ioForTests } from '../commands/io-for-tests';
import { typeAnswers, type Script } from './type-answers';

/** Each test of the file works in an empty folder, which holds `home.env` with a home of its own. */
export function workInOwnFolders(): void {
  const before = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wcodoo-wizard-'));
    process.chdir(folder);
    writeFileSync('home.env', `WCODOO_HOME=${join(folder, 'home')}\n`, { mode: 0o600 });
  });

  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
}

/** A server that answers every request with a page of HTML. */
export async function startPage(): Promise<{ readonly url: string; close(): void }> {
  const page = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>Bienvenue</title>');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(page.address() as AddressInfo).port}`,
    close: () => {
      page.close();
    },
  };
}

export interface Ended {
  readonly code: number;
  readonly screen: string;
}

/** Runs `init` with a person who types the answers and presses Enter at every other question. */
export async function answer(
  script: Script,
  options: InitOptions = {},
  signal?: AbortSignal,
): Promise<Ended> {
  const { io, stdin, stdout, stderr } = ioForTests({ isTTY: true, ...(signal && { signal }) });
  let isOver = false;
  const done = init(options, io).finally(() => {
    isOver = true;
  });
  const [code] = await Promise.all([done, typeAnswers(stdin, stdout, script, () => isOver)]);
  return { code, screen: stdout() + stderr() };
}

/** Addresses, names and keys of a sandbox, as answers. */
export function credentials({ environment }: Sandbox): Record<string, string> {
  const left = ['ODOO_PASSWORD', 'ODOO_PROTOCOL'];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !left.includes(name)));
}

export function asScript(answers: Readonly<Record<string, string>>): Script {
  return Object.entries(answers);
}

/** What the sandbox's own configuration says and no default does. */
export function ownChoices({ config }: Sandbox): Script {
  const { from } = config['orders'] as { from: string };
  return [
    ['orders.from', from],
    ['orders.missingProduct', '3'],
  ];
}
