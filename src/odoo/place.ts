/** The address without credentials, path or query. */
export function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the configured address';
}
