import { cleanLines, cleanText, wellFormed } from '../../src/lib/clean-text';

test.each([
  ['Chemises &amp; chemisiers', 'Chemises & chemisiers'],
  ['Tom & Jerry <b>mug</b>', 'Tom & Jerry <b>mug</b>'],
  ['A &amp; B &lt;b&gt;', 'A & B <b>'],
  ['  deux\t\n mots ', 'deux mots'],
  ['a\u000bb\u0000c\u007f', 'abc'],
  ['l&#8217;été &euro;', 'l’été €'],
  ['قهوة 抹茶 ☕', 'قهوة 抹茶 ☕'],
  ['', ''],
])('%p reads %p', (text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test('text of several lines keeps its line breaks, whatever their kind', () => {
  expect(cleanLines(' un \r\n\tdeux\rtrois\u000b\n\nquatre\n')).toBe('un\ndeux\ntrois\n\nquatre');
});

test.each([
  ['Zoé 😀', 'Zoé 😀'],
  ['cut \ud83d', 'cut \ufffd'],
  ['\ude00 tail', '\ufffd tail'],
  ['\ud83d\ud83d\ude00', '\ufffd😀'],
])('%j is well formed as %j', (text, expected) => {
  expect(wellFormed(text)).toBe(expected);
  expect(encodeURIComponent(wellFormed(text))).not.toBe('');
});
