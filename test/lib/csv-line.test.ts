import { csvLine } from '../../src/lib/csv-line';

test.each([
  [['a', 'b'], ',', 'a,b\n'],
  [['', ''], ',', ',\n'],
  [['a,b', 'c;d'], ',', '"a,b",c;d\n'],
  [['a,b', 'c;d'], ';', 'a,b;"c;d"\n'],
  [['a\tb', ' c '], '\t', '"a\tb"\t c \n'],
  [['say "x"', 'a\nb', 'a\rb'], ',', '"say ""x""","a\nb","a\rb"\n'],
  [['a|b'], ',', 'a|b\n'],
])('%j with %j between is %j', (cells, delimiter, line) => {
  expect(csvLine(cells, delimiter)).toBe(line);
});
