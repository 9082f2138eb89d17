import { findOdoo, openOdoo } from '../../src/app';
import { FatalError } from '../../src/core/errors';
import { askOdoo } from '../../src/init/ask-odoo';
import { Draft } from '../../src/init/draft';
import { TerminalPrompts } from '../../src/init/terminal-prompts';
import { startSandbox } from '../../src/sandbox/sandbox';
import { ioForTests } from '../commands/io-for-tests';
import { credentials } from './answer-init';
import { typeAnswers } from './type-answers';

// Observed on Odoo 19; the sandbox takes any language and company.
test('a language and a company that Odoo refuses are told apart from a refused login, and asked for', async () => {
  const sandbox = await startSandbox({ orders: 1, customers: 1, products: 1 });
  const draft = new Draft({}, { odoo: { language: 'xx_XX', company: 99 } });
  const { io, stdin, stdout } = ioForTests({ isTTY: true });
  const prompts = new TerminalPrompts(io);
  let isOver = false;
  const done = askOdoo(draft, prompts, {
    findOdoo: (config, signal) => findOdoo(config, { signal }),
    openOdoo: (config, signal) =>
      config.file.odoo.company === 99
        ? Promise.reject(
            new FatalError('Odoo refuses calls with language xx_XX and company 99: Access Error'),
          )
        : openOdoo(config, { signal }),
  }).finally(() => {
    isOver = true;
  });
  const { ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_API_KEY } = credentials(sandbox);
  await typeAnswers(
    stdin,
    stdout,
    [
      ['ODOO_URL', ODOO_URL],
      ['ODOO_DB', ODOO_DB],
      ['ODOO_USERNAME', ODOO_USERNAME],
      ['ODOO_API_KEY', ODOO_API_KEY],
      ['Answer again?'],
      ['odoo.language [xx_XX]', 'fr_FR'],
    ],
    () => isOver,
  );
  expect((await done)?.company).toMatchObject({ currency: 'EUR' });
  expect(draft.settings).toEqual({ odoo: { language: 'fr_FR' } });
  prompts.close();
  await sandbox.close();
});
