import fc from 'fast-check';
import { readResponse } from '../../src/odoo/xmlrpc-codec';

function response(value: string): string {
  return `<?xml version='1.0'?>\n<methodResponse><params><param><value>${value}</value></param></params></methodResponse>`;
}

function member(name: string, value: string): string {
  return `<member><name>${name}</name><value>${value}</value></member>`;
}

function fault(inside: string): string {
  return `<?xml version='1.0'?>\n<methodResponse><fault>${inside}</fault></methodResponse>`;
}

const FAULT = fault(
  `<value><struct>${member('faultCode', '<int>2</int>')}${member('faultString', '<string>No &amp; no</string>')}</struct></value>`,
);
const ROWS = response(
  `<array><data><value><struct>${member('id', '<int>7</int>')}${member('name', '<string>A &lt; B</string>')}${member('amount', '<double>1.5</double>')}${member('active', '<boolean>1</boolean>')}${member('partner_id', '<array><data><value><i4>3</i4></value><value>Ada</value></data></array>')}${member('big', '<i8>9007199254740991</i8>')}${member('picture', '<base64>aGk=</base64>')}${member('none', '<nil/>')}</struct></value></data></array>`,
);

test('values keep their kinds; binary stays text', async () => {
  expect(await readResponse(ROWS)).toEqual({
    value: [
      {
        id: 7,
        name: 'A < B',
        amount: 1.5,
        active: true,
        partner_id: [3, 'Ada'],
        big: 9007199254740991,
        picture: 'aGk=',
        none: null,
      },
    ],
  });
  expect(await readResponse(FAULT)).toEqual({ fault: { code: 2, text: 'No & no' } });
});

test.each([
  ['an empty fault', fault('')],
  ['a fault that is nil', fault('<value><nil/></value>')],
  ['a fault that is text', fault('<value>no</value>')],
  [
    'a fault whose text cannot become text',
    fault(
      `<value><struct>${member('faultCode', '<int>1</int>')}${member('faultString', `<struct>${member('toString', '<int>1</int>')}</struct>`)}</struct></value>`,
    ),
  ],
  ['a whole number that is none', response('<i8>seven</i8>')],
  ['a page', '<html><body>Bad gateway</body></html>'],
  ['nothing', ''],
  ['a tag that never ends', `<${'a'.repeat(200_000)}`],
])('%s rejects the response instead of ending the process', async (_what, xml) => {
  await expect(readResponse(xml)).rejects.toThrow(Error);
});

test('a member called __proto__ is a member, and no object is changed by it', async () => {
  const xml = response(
    `<struct>${member('__proto__', `<struct>${member('polluted', '<boolean>1</boolean>')}</struct>`)}</struct>`,
  );
  const { value } = (await readResponse(xml)) as { value: object };
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect('polluted' in {}).toBe(false);
});

test('entities of a document of its own are never expanded', async () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>${response('<string>&b;&c;</string>').replace(/^.*\n/, '')}`;
  expect(await readResponse(bomb)).toEqual({ value: '&b;&c;' });
});

test('whatever is done to a response, it is read or rejected', async () => {
  const tokens = [ROWS, FAULT].map((xml) => xml.split(/(?=<)|(?<=>)/));
  const spoiled = fc.constantFrom(...tokens).chain((all) =>
    fc
      .array(
        fc.record({
          at: fc.nat({ max: all.length - 1 }),
          do: fc.constantFrom('drop', 'double', 'swap', 'text', 'cut'),
          text: fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom(...all, '<nil/>', '__proto__', '<struct>', '</array>', '<i8>', 'NaN', '1e999'),
          ),
        }),
        { minLength: 1, maxLength: 4 },
      )
      .map((edits) => edits.reduce((xml, edit) => edited(xml, edit), all).join('')),
  );
  await fc.assert(
    fc.asyncProperty(spoiled, async (xml) => {
      await readResponse(xml).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Error);
      });
    }),
    { numRuns: 1000 },
  );
  expect('polluted' in {}).toBe(false);
});

function edited(tokens: readonly string[], edit: { at: number; do: string; text: string }): string[] {
  const copy = [...tokens];
  const here = copy[edit.at] ?? '';
  switch (edit.do) {
    case 'drop':
      copy.splice(edit.at, 1);
      break;
    case 'double':
      copy.splice(edit.at, 0, here);
      break;
    case 'swap':
      copy.splice(edit.at, 2, copy[edit.at + 1] ?? '', here);
      break;
    case 'text':
      copy.splice(edit.at, 1, edit.text);
      break;
    default:
      return copy.slice(0, edit.at);
  }
  return copy;
}
