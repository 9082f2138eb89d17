/** Looks whether the records that links lead to are still in Odoo. */
import type { RunContext } from './context';
import type { Flow } from './entity';
import { externalId, formatKey } from './keys';
import type { Link } from './ports';
import type { Finding, Verifier } from './verify';

const PAGE_SIZE = 500;

/**
 * Every link of the flows that write to Odoo; only where everything is compared,
 * since links have no date. A record that was merged into another one is found by
 * its external id there, and one that is hidden from this user is not gone.
 */
export function linkVerifier(flows: readonly Flow[]): Verifier {
  const kinds = flows
    .filter(({ direction }) => direction === 'wooToOdoo')
    .flatMap(({ name, entities }) => entities.map((entity) => ({ flow: name, entity })));
  return {
    name: 'links',
    async *verify(context, { since, sample }) {
      if (since !== undefined || sample !== undefined) {
        return;
      }
      const expected = await context.state.links.count(context.store);
      for (const { entity } of kinds) {
        for await (const links of pagesOf(context, entity)) {
          yield { compared: links.length, expected, findings: await findBroken(context, links) };
        }
      }
    },
  };
}

async function* pagesOf(context: RunContext, entity: string): AsyncGenerator<readonly Link[]> {
  for (let afterId = ''; ;) {
    const links = await context.state.links.page(context.store, entity, afterId, PAGE_SIZE);
    if (links.length > 0) {
      yield links;
    }
    const last = links.at(-1);
    if (last === undefined || links.length < PAGE_SIZE) {
      return;
    }
    afterId = last.key.id;
  }
}

async function findBroken({ odoo, state }: RunContext, all: readonly Link[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const model of new Set(all.map(({ odooModel }) => odooModel))) {
    const links = all.filter((link) => link.odooModel === model && link.odooId > 0);
    const ids = links.map(({ odooId }) => odooId);
    const present = new Set((await odoo.read(model, ids, ['id'])).map(({ id }) => id));
    const absent = links.filter(({ odooId }) => !present.has(odooId));
    if (absent.length === 0) {
      continue;
    }
    const hidden = await odoo.findHidden(
      model,
      absent.map(({ odooId }) => odooId),
    );
    const debts = await state.debts.find(absent.map(({ key }) => key));
    for (const link of absent) {
      const isElsewhere =
        hidden.has(link.odooId) || (await odoo.findExternalId(externalId(link.key))) !== undefined;
      if (!isElsewhere && !isOver(link)) {
        findings.push(findingOf(link, debts.get(formatKey(link.key))?.businessKey ?? ''));
      }
    }
  }
  return findings;
}

/** Cancelled on both sides before it was deleted: nothing follows from it. */
function isOver({ step }: Link): boolean {
  return step === 'cancelled';
}

function findingOf({ key, odooModel, odooId }: Link, businessKey: string): Finding {
  return {
    kind: 'link',
    key,
    odooId: String(odooId),
    businessKey,
    field: 'link',
    wooValue: '',
    odooValue: '',
    message: `Odoo no longer has ${odooModel} ${odooId}, which ${formatKey(key)} is linked to: it was deleted there; wcodoo looks for it again when an order or a change needs it`,
  };
}
