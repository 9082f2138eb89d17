'use strict';
/** What the output of the tests must not hold. Plain JavaScript: `run-tests.js` needs it without a compiler. */

/**
 * Every secret of the sandbox and of the tests holds this word, and nothing
 * else does: looking for it finds them all, in whatever text they stand.
 */
const SECRET_MARK = 'hush7f3aq';

/** The customers of the sandbox and of the tests live in these domains. */
const CUSTOMER_DOMAINS = ['exemple.fr', 'exemple.org'];

/** The word as it is, or inside of Base64. */
const MARK = anyOf([SECRET_MARK, ...base64Parts(SECRET_MARK)], 'gi');
const SIGNED = /oauth_(?:signature|nonce|consumer_key)(?:=|%3d|["']:\s*["'])(?!\*\*\*)[^&\s]{4,}/gi;
const EMAIL = new RegExp(`[\\p{L}\\p{N}._%+-]+(?:@|%40)(?:${anyOf(CUSTOMER_DOMAINS).source})`, 'giu');
const COLOUR = /\u001b\[[\d;]*m/g;

/**
 * Names what of the forbidden stands in a text, and where, without repeating it.
 * `secrets` are looked for as well; `emails` says that addresses of customers are allowed.
 */
function findLeaks(text, { secrets = [], emails = false } = {}) {
  const searches = [
    ['a secret of the tests', MARK],
    ['a signed request', SIGNED],
    ...(secrets.length === 0 ? [] : [['a secret of the environment', anyOf(secrets, 'g')]]),
    ...(emails ? [] : [['an e-mail address of a customer', EMAIL]]),
  ];
  const hide = (line) => searches.reduce((hidden, [, pattern]) => hidden.replace(pattern, '▮'), line);
  return text
    .replace(COLOUR, '')
    .split('\n')
    .flatMap((line, index) =>
      searches
        .filter(([, pattern]) => line.search(pattern) !== -1)
        .map(([what]) => `line ${index + 1} holds ${what}: ${hide(line).slice(0, 160)}`),
    );
}

/** The characters of Base64 that a word alone decides, for each of the three places where it may begin. */
function base64Parts(word) {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + word).toString('base64');
    return encoded.slice([0, 2, 3][offset], Math.floor(((offset + word.length) * 8) / 6));
  });
}

function anyOf(texts, flags) {
  return new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), flags);
}

module.exports = { SECRET_MARK, findLeaks };
