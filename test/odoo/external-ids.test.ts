import { RetryableError } from '../../src/core/errors';
import type { OdooReadOptions, OdooDomain } from '../../src/core/ports';
import { OdooAccessError } from '../../src/odoo/errors';
import { sweepByExternalId } from '../../src/odoo/external-ids';

interface Asked {
  readonly model: string;
  readonly domain: OdooDomain;
  readonly options: OdooReadOptions;
}

/** An Odoo with so many partners, each with an external id of the shop and one of a module. */
function odooWith(
  records: number,
  mayRead: true | Error,
): Parameters<typeof sweepByExternalId>[0] & { asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    searchRead(model, domain, _fields, options = {}) {
      if (model === 'ir.model.data' && mayRead !== true) {
        return Promise.reject(mayRead);
      }
      if (options.order === undefined) {
        return Promise.resolve([]);
      }
      asked.push({ model, domain, options });
      const [, , after] = domain.at(-1) as [string, string, number];
      const ids = Array.from({ length: records }, (_, index) => index + 1).filter((id) => id > after);
      return Promise.resolve(
        ids.slice(0, options.limit).map((id) => ({ id, res_id: id + 5000, complete_name: nameOf(id) })),
      );
    },
    externalIds: (_model, ids) =>
      Promise.resolve(new Map(ids.map((id) => [id, [nameOf(id), `base.partner_${id}`]]))),
  };
}

const nameOf = (id: number): string => `__wcodoo__.shop_customer_${id}`;

async function sweep(
  odoo: Parameters<typeof sweepByExternalId>[0],
): Promise<{ pages: number; ids: number[] }> {
  let pages = 0;
  const ids: number[] = [];
  for await (const page of sweepByExternalId(odoo, 'res.partner', '__wcodoo__.shop_', [['type', '=', 'x']])) {
    pages += 1;
    ids.push(...page.map(({ id }) => id));
  }
  return { pages, ids };
}

test('with the right to it, the table of external ids is read in pages by ascending id', async () => {
  const odoo = odooWith(2500, true);
  const { pages, ids } = await sweep(odoo);
  expect(ids).toEqual(Array.from({ length: 2500 }, (_, index) => index + 5001));
  expect(pages).toBe(3);
  expect(odoo.asked.map(({ domain, options }) => [domain.at(-1), options.order])).toEqual([
    [['id', '>', 0], 'id'],
    [['id', '>', 1000], 'id'],
    [['id', '>', 2000], 'id'],
  ]);
  expect(odoo.asked[0]?.domain).toContainEqual(['model', '=', 'res.partner']);
});

test('without it the records themselves are read in pages, archived ones too, narrowed by the domain', async () => {
  const odoo = odooWith(1000, new OdooAccessError('not allowed', 'ir.model.data.search_read'));
  const { pages, ids } = await sweep(odoo);
  expect(ids).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  expect(pages).toBe(3);
  for (const { model, domain, options } of odoo.asked) {
    expect(model).toBe('res.partner');
    expect(domain).toContainEqual(['type', '=', 'x']);
    expect(options.context).toEqual({ active_test: false });
  }
});

test('any other trouble is no lack of rights', async () => {
  const trouble = new RetryableError('Odoo is being updated');
  await expect(sweep(odooWith(1, trouble))).rejects.toBe(trouble);
});
