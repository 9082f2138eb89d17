/** A page, or XML that is not that of a method's answer. */
const MARKUP = /^\s*<(?!\?xml)/;

/**
 * The body of an answer without secrets, unless it is data: a server, a proxy
 * or a firewall that refuses a request may repeat it. Data is left as it is,
 * whatever it holds.
 * @param scrub the text without secrets
 */
export function scrubAnswer(status: number, body: string, scrub: (text: string) => string): string {
  const isData = status >= 200 && status < 300 && !MARKUP.test(body);
  return isData ? body : scrub(body);
}
