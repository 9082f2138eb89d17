/** The `_links` of a record. */
export function selfLinks(
  collection: string,
  id: number | string,
  methods: readonly string[],
): Record<string, unknown> {
  return {
    self: [{ href: `${collection}/${id}`, targetHints: { allow: methods } }],
    collection: [{ href: collection }],
  };
}
