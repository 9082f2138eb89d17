/** Recognises pages that a firewall, a content network or a captcha sends in a server's place. */

export interface PageAnswer {
  readonly status: number;
  /** Header by lower-case name. */
  header(name: string): string | undefined;
  readonly text: string;
}

interface Sign {
  readonly name: string;
  /** Header that only it sends. */
  readonly header?: string;
  /** Words by which it signs its pages. */
  readonly words?: RegExp;
}

/** As these products are documented; none was at hand to be observed. */
const SIGNS: readonly Sign[] = [
  { name: 'Cloudflare', header: 'cf-mitigated', words: /cloudflare/i },
  { name: 'Sucuri', header: 'x-sucuri-block', words: /Sucuri/i },
  { name: "SiteGround's captcha", header: 'sg-captcha', words: /\/sgcaptcha\//i },
  { name: 'Imperva', words: /Incapsula incident/i },
  { name: 'Wordfence', words: /Wordfence/i },
  { name: 'ModSecurity', words: /Mod_?Security/i },
  { name: 'Imunify360', words: /Imunify360/i },
  { name: 'Akamai', words: /edgesuite\.net/i },
];
const CAPTCHA = /<title[^>]*>[^<]*(captcha|are you (a )?human|just a moment|attention required)/i;
/** No more of a page is looked at: a hostile one would cost the square of its length. */
const MAX_READ_LENGTH = 20_000;
/** Cloudflare's pages for 502, 504 and from 520 on say that the shop is down, not that it refuses. */
const MAY_REFUSE: ReadonlySet<number> = new Set([401, 403, 405, 406, 409, 429, 503]);

/**
 * Who answered in the server's place, with the Ray id that Cloudflare's support
 * asks for: `Cloudflare, Ray 8f1c2d3e4f5a6b7c-CDG`. Undefined where nothing
 * points to a firewall. To be asked of answers that are not the API's own.
 */
export function nameFirewall(answer: PageAnswer): string | undefined {
  const text = answer.text.slice(0, MAX_READ_LENGTH);
  const sign = SIGNS.find(
    ({ header, words }) =>
      (header !== undefined && answer.header(header) !== undefined) ||
      (MAY_REFUSE.has(answer.status) && words?.test(text) === true),
  );
  const name = sign?.name ?? (CAPTCHA.test(text) ? 'a captcha' : undefined);
  const ray = answer.header('cf-ray')?.replace(/[^\w-]/g, '');
  return name === undefined || ray === undefined ? name : `${name}, Ray ${ray.slice(0, 40)}`;
}

/** True for the statuses by which firewalls refuse one request for its content. */
export function isRefusalByFirewall(status: number): boolean {
  return status === 403 || status === 406;
}
