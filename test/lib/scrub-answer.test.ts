import { scrubAnswer } from '../../src/lib/scrub-answer';

const scrub = (text: string): string => text.replaceAll('hush', '***');

test.each([
  [200, '[{"note":"hush"}]', false],
  [201, '  {"id":1,"note":"hush"}', false],
  [200, "<?xml version='1.0'?>\n<methodResponse>hush</methodResponse>", false],
  [200, '\n<!DOCTYPE html><title>hush</title>', true],
  [200, '<b>Warning</b>: hush', true],
  [301, 'hush', true],
  [401, '{"message":"hush"}', true],
  [502, '<html>hush</html>', true],
])('%i with %s', (status, body, isScrubbed) => {
  expect(scrubAnswer(status, body, scrub)).toBe(isScrubbed ? scrub(body) : body);
});
