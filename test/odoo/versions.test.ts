import { FatalError } from '../../src/core/errors';
import { capabilitiesOf, readVersion, speaksJson2 } from '../../src/odoo/versions';

const of = (version: string) => capabilitiesOf(readVersion(version));

describe('the capability table', () => {
  it('knows what was observed on 14', () => {
    expect(of('14.0')).toEqual({
      lineTaxes: 'tax_id',
      lineUnit: 'product_uom',
      taxIncluded: 'price_include',
      roundsPriceUnit: true,
      htmlNotes: false,
      warehouseContext: 'warehouse',
      storable: { type: 'product' },
      storableDomain: [['type', '=', 'product']],
      pricelistRequired: true,
    });
  });

  it('knows what was observed on 19, and takes a later version for it', () => {
    const expected = {
      lineTaxes: 'tax_ids',
      lineUnit: 'product_uom_id',
      taxIncluded: 'price_include_override',
      roundsPriceUnit: false,
      htmlNotes: true,
      warehouseContext: 'warehouse_id',
      storable: { type: 'consu', is_storable: true },
      storableDomain: [['is_storable', '=', true]],
      pricelistRequired: false,
    };
    expect(of('19.0')).toEqual(expected);
    expect(of('20.0')).toEqual(expected);
    expect(of('saas~19.2')).toEqual(expected);
  });

  it.each([
    ['15.0', { detailed_type: 'product' }, 'warehouse', 'price_include', true],
    ['16.0', { detailed_type: 'product' }, 'warehouse', 'price_include', true],
    ['17.0', { detailed_type: 'product' }, 'warehouse', 'price_include', false],
    ['18.0', { type: 'consu', is_storable: true }, 'warehouse_id', 'price_include_override', false],
  ])(
    'knows what %s does from reading',
    (version, storable, warehouseContext, taxIncluded, pricelistRequired) => {
      expect(of(version)).toMatchObject({
        storable,
        warehouseContext,
        taxIncluded,
        pricelistRequired,
        lineTaxes: 'tax_id',
        lineUnit: 'product_uom',
        htmlNotes: true,
      });
    },
  );

  it('refuses what is older than 14', () => {
    expect(() => of('13.0')).toThrow(FatalError);
    expect(() => of('8.0')).toThrow('Odoo 8.0 is not supported');
  });

  it('expects JSON-2 from 19 on', () => {
    expect(
      ['14.0', '18.0', 'saas~18.4', '19.0', '20.0'].map((version) => speaksJson2(readVersion(version))),
    ).toEqual([false, false, false, true, true]);
  });
});

describe('reading a version', () => {
  it.each([
    ['19.0', 19],
    ['14.0-20240101', 14],
    ['19.0+e', 19],
    ['saas~18.3', 18],
    ['saas-17.2', 17],
  ])('finds the major number of %s', (version, major) => {
    expect(readVersion(version)).toEqual({ version, major });
  });

  it.each(['', 'nineteen', '1x.0', '<html>'])('does not take %p for a version', (version) => {
    expect(() => readVersion(version)).toThrow(FatalError);
  });
});
