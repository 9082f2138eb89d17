import { formatAlertText, writeAlert, writeTestMessage } from '../../../src/reporters/alerts/alert-message';
import { formatWebhook } from '../../../src/reporters/alerts/webhook-payloads';
import { problemOf, START } from './samples';

const place = { store: 'shop', runId: '20260301T030000Z-4f2a', host: 'srv1', now: START };

const quarantine = problemOf({
  kind: 'quarantine',
  reason: 'total-mismatch',
  todo: 'Nothing is lost.',
  records: Array.from({ length: 8 }, (_, index) => ({ name: `#${index + 1}`, message: 'one cent off.' })),
});

test('reads like something a person would say, with the first few records and a command for the rest', () => {
  const message = writeAlert({ told: [{ problem: quarantine, occurrences: 7 }], recovered: [] }, place);
  expect(message?.subject).toBe('wcodoo shop: 7 records need you');
  expect(message && formatAlertText(message))
    .toBe(`7 records of orders cannot go on without a person (total-mismatch). Nothing is lost.
  - #1: one cent off.
  - #2: one cent off.
  - #3: one cent off.
  - #4: one cent off.
  - #5: one cent off.
  - and 2 more

To look further:
  wcodoo debts list --quarantine   (every record that needs a person)
  wcodoo audit show 20260301T030000Z-4f2a   (what this run did)

Store shop, run 20260301T030000Z-4f2a, on srv1, 2026-03-01 03:00 UTC
`);
});

test('the most urgent trouble gives the subject, and all are in one message', () => {
  const failed = problemOf({ kind: 'failed', flow: '', what: 'The sync had to stop: wrong key.' });
  const message = writeAlert(
    {
      told: [
        { problem: quarantine, occurrences: 1 },
        { problem: failed, occurrences: 4 },
      ],
      recovered: [],
    },
    place,
  );
  expect(message?.subject).toBe('wcodoo shop: the sync stopped, and 1 more');
  expect(message?.sections.map(({ text }) => text)).toEqual([
    'The sync had to stop: wrong key. This has happened 4 times since it was last in order or told. Mend it.',
    'One record of orders cannot go on without a person (total-mismatch). Nothing is lost.',
  ]);
});

test('a recovery says what is in order again', () => {
  const alert = {
    store: 'shop',
    channel: 'mail',
    isOpen: true,
    toldAt: null,
    recoveredAt: null,
    heldBack: 0,
    runs: 1,
  };
  const message = writeAlert(
    { told: [], recovered: [{ ...alert, kind: 'limit', flow: 'stock', reason: '' }] },
    place,
  );
  expect(message).toMatchObject({ level: 'recovery', subject: 'wcodoo shop: in order again' });
  expect(message?.sections[0]?.list).toEqual(['stock is within its limits']);
  expect(writeAlert({ told: [], recovered: [] }, place)).toBeUndefined();
});

test('subjects stay short, whatever a flow is called', () => {
  const problem = problemOf({ kind: 'limit', flow: 'x'.repeat(200) });
  expect(writeAlert({ told: [{ problem, occurrences: 1 }], recovered: [] }, place)?.subject.length).toBe(78);
});

test('a name that means something to Slack, Mattermost or Teams pings nobody and links nowhere', () => {
  const records = [
    { name: '<!channel>', message: '[here](https://x.example) & *now*' },
    { name: '@all', message: String.raw`\[here\](https://x.example)` },
  ];
  const message = writeAlert(
    { told: [{ problem: { ...quarantine, records }, occurrences: 2 }], recovered: [] },
    place,
  );
  if (message === undefined) {
    throw new Error('nothing was told');
  }
  const slack = formatWebhook(message, 'slack') as { text: string };
  expect(slack.text).toContain('&lt;!channel&gt;: [here]\u200b(https://x.example) &amp; *now*');
  expect(slack.text).toContain('@\u200ball');
  const teams = JSON.stringify(formatWebhook(message, 'teams'));
  expect(teams).toContain(String.raw`\\[here\\](https://x.example) & \\*now\\*`);
  // A backslash of the name itself must not take away the one that was added.
  expect(teams).toContain(JSON.stringify(String.raw`\\\[here\\\](https://x.example)`).slice(1, -1));
});

test('Teams gets an adaptive card, a service of one’s own everything', () => {
  const message = writeTestMessage({ ...place, runId: undefined });
  expect(formatWebhook(message, 'teams')).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [{ text: '🔵 wcodoo shop: test message', weight: 'Bolder' }, {}, {}],
        },
      },
    ],
  });
  expect(formatWebhook(message, 'json')).toMatchObject({
    source: 'wcodoo',
    level: 'test',
    subject: message.subject,
  });
});
