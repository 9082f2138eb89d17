/** `wcodoo sandbox`: the embedded servers, until a signal comes. */
import { startSandbox, writeSandboxFiles } from '../sandbox/sandbox';
import type { CommandIo } from './command';

export interface SandboxCommandOptions {
  readonly envFile: string;
  readonly orders?: number;
  readonly customers?: number;
  readonly products?: number;
  readonly odoo?: string;
  readonly faults?: number;
}

/** Says where it listens once it is ready; ends with 0 on SIGTERM or SIGINT. */
export async function sandbox(options: SandboxCommandOptions, io: CommandIo): Promise<number> {
  const running = await startSandbox({
    orders: options.orders,
    customers: options.customers,
    products: options.products,
    odooVersion: options.odoo === '14' ? 14 : 19,
    faultRate: options.faults,
  });
  try {
    writeSandboxFiles(running, options.envFile);
    io.stdout.write(
      `WooCommerce  ${running.environment['WOO_URL'] ?? ''}\n` +
        `Odoo         ${running.environment['ODOO_URL'] ?? ''}\n` +
        `environment  ${options.envFile}\n` +
        `try:         wcodoo sync --env-file ${options.envFile}\n`,
    );
    await aborted(io.signal);
    return 0;
  } finally {
    await running.close();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
