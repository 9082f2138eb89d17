/**
 * Why a call got no usable answer, as far as it decides what to do next:
 * `unreachable` no connection was made, nothing can have been done;
 * `busy` the server asks to come back later (rate limit, maintenance), or has no place free;
 * `conflict` a transaction gave way to another one;
 * `failing` an error of the server or of what stands in front of it (5xx);
 * `timeout` no answer in time; `cut` the connection broke before the answer was complete;
 * `unreadable` an answer came, but it is cut short or something else than the API's;
 * `too-large` the answer passes our limit.
 */
export type Trouble =
  'unreachable' | 'busy' | 'conflict' | 'failing' | 'timeout' | 'cut' | 'unreadable' | 'too-large';

const ABOUT_THE_CALL: ReadonlySet<Trouble> = new Set([
  'failing',
  'timeout',
  'cut',
  'unreadable',
  'too-large',
]);

/**
 * True where the call itself may be at fault: it asks for too much at a time,
 * or for one record on which the server fails. A smaller call then goes
 * through although the same one never would.
 */
export function mayLieInTheCall(trouble: Trouble): boolean {
  return ABOUT_THE_CALL.has(trouble);
}

/** True where the same call would very likely end alike: better a smaller one at once. */
export function isHopelessAsItIs(trouble: Trouble): boolean {
  return trouble === 'timeout' || trouble === 'too-large';
}
