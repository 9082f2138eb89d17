/** `wcodoo demo`: a first sync, a second that finds nothing to do, and one after changes on both sides. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FatalError } from '../core/errors';
import { startSandbox, writeSandboxFiles, type Sandbox } from '../sandbox/sandbox';
import { totalsOf } from '../sandbox/woo/order-totals';
import type { CommandIo } from './command';

const Summary = z.object({
  exitCode: z.number(),
  flows: z.array(
    z.object({
      flow: z.string(),
      created: z.number(),
      updated: z.number(),
      linked: z.number(),
      skipped: z.number(),
      conflicts: z.number(),
      failed: z.number(),
    }),
  ),
  requests: z.object({ woo: z.number(), odoo: z.number() }),
  durationMs: z.number(),
});
type Summary = z.infer<typeof Summary>;

/** @returns 0 when everything in the story came out as it says */
export async function demo(io: CommandIo): Promise<number> {
  const say = (text: string): void => {
    io.stdout.write(`${text}\n`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'wcodoo-demo-'));
  const envFile = join(folder, 'sandbox.env');
  say('Starting an embedded WooCommerce and an embedded Odoo on this machine …');
  const sandbox = await startSandbox();
  try {
    writeSandboxFiles(sandbox, envFile);
    const failures = await tellStory(sandbox, envFile, io, say);
    say(
      `\nThe audit, one row for each decision, opens in any spreadsheet:\n  ${join(folder, 'wcodoo-home', 'audit')}`,
    );
    say(`Look around on your own with: npx wcodoo sandbox --env-file /tmp/wcodoo/sandbox.env`);
    for (const failure of failures) {
      io.stderr.write(`the demo did not go as told: ${failure}\n`);
    }
    return failures.length === 0 ? 0 : 1;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await sandbox.close();
  }
}

async function tellStory(
  sandbox: Sandbox,
  envFile: string,
  io: CommandIo,
  say: (text: string) => void,
): Promise<string[]> {
  const failures: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) {
      failures.push(what);
    }
  };

  say('\n1. First sync: customers and orders go to Odoo, stock comes back.');
  const first = await runSync(envFile, io);
  say(describe(first));
  const totals = compareTotals(sandbox);
  say(
    `   ${totals.orders} orders are in Odoo; ${totals.equal} have the same total as in the shop, to the cent.`,
  );
  expect(first.exitCode === 0 && countOf(first, 'failed') === 0, 'the first sync failed for some records');
  expect(totals.orders > 0 && totals.equal === totals.orders, 'some totals differ');

  say('\n2. Second sync: nothing has changed, so nothing is written.');
  const before = writesOf(sandbox);
  const second = await runSync(envFile, io);
  say(describe(second));
  say(`   Writes: ${writesOf(sandbox) - before}`);
  expect(second.exitCode === 0 && writesOf(sandbox) === before, 'the second sync wrote something');

  say(
    '\n3. Life goes on: an order comes in, one is cancelled, a customer moves, goods arrive in the warehouse.',
  );
  changeBothSides(sandbox);
  const third = await runSync(envFile, io);
  say(describe(third));
  const after = compareTotals(sandbox);
  say(`   ${after.orders} orders are in Odoo, ${after.equal} with the same total.`);
  expect(third.exitCode === 0 && after.equal === after.orders, 'the third sync failed for some records');
  expect(after.orders === totals.orders + 1, 'the new order did not arrive');
  return failures;
}

/** Runs the real program, as a person or cron would. */
async function runSync(envFile: string, io: CommandIo): Promise<Summary> {
  const program = join(__dirname, '..', '..', 'bin', 'wcodoo.js');
  // Without `--` Node 20 takes --env-file for itself.
  const child = spawn(process.execPath, ['--', program, 'sync', '--json', '--env-file', envFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    io.stderr.write(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      resolve();
    });
  });
  const parsed = z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    })
    .pipe(Summary)
    .safeParse(output);
  if (!parsed.success) {
    throw new FatalError('`wcodoo sync` ended without a summary');
  }
  return parsed.data;
}

function describe(summary: Summary): string {
  const lines = summary.flows.map((flow) => {
    const parts = (['created', 'updated', 'linked', 'skipped', 'conflicts', 'failed'] as const)
      .filter((name) => flow[name] > 0 || name === 'failed')
      .map((name) => `${flow[name]} ${name}`);
    return `   ${flow.flow.padEnd(10)} ${parts.join(', ')}`;
  });
  const { requests, durationMs } = summary;
  lines.push(
    `   ${(durationMs / 1000).toFixed(1)} s, ${requests.woo} requests to WooCommerce, ${requests.odoo} to Odoo`,
  );
  return lines.join('\n');
}

function countOf(summary: Summary, name: 'failed' | 'conflicts'): number {
  return summary.flows.reduce((sum, flow) => sum + flow[name], 0);
}

function writesOf(sandbox: Sandbox): number {
  return sandbox.woo.writes + sandbox.odoo.writes;
}

/** Both servers' own figures, not the tool's. */
function compareTotals(sandbox: Sandbox): { orders: number; equal: number } {
  const inShop = new Map(
    sandbox.woo.shop.orders.map((order) => [
      String(order.id),
      (totalsOf(order.amounts).total / 100).toFixed(2),
    ]),
  );
  const inOdoo = sandbox.odoo.records.find(
    'sale.order',
    [['origin', '=like', 'woo:shop:%']],
    ['origin', 'amount_total'],
  );
  const equal = inOdoo.filter((row) => {
    const id = textOf(row['origin']).split(':').at(-1) ?? '';
    return inShop.get(id) === Number(row['amount_total']).toFixed(2);
  });
  return { orders: inOdoo.length, equal: equal.length };
}

/** What a day brings: done to the servers behind the tool's back. */
function changeBothSides({ woo, odoo }: Sandbox): void {
  const { shop } = woo;
  const [stocked] = odoo.records.find('product.product', [['free_qty', '>', 100]], ['default_code']);
  const sku = textOf(stocked?.['default_code']);
  const customer = shop.orders.find(({ customerId }) => customerId > 0);
  shop.addOrder({
    customer_id: customer?.customerId ?? 0,
    lines: [{ sku, quantity: 3, total: '10.00' }],
    customer_note: 'Ring twice, please',
  });
  const paid = shop.orders.find(({ status }) => status === 'processing');
  if (paid !== undefined) {
    shop.editOrder(paid.id, { status: 'cancelled' });
  }
  if (customer !== undefined) {
    shop.editCustomer(customer.customerId, {
      billing: { address_1: '1 rue de la Paix', city: 'Paris', postcode: '75002', country: 'FR' },
    });
  }
  odoo.records.setStock(sku, 4242);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
