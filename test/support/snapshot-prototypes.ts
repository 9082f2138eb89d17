/** Own members of the prototypes that hostile keys would change. */
export function snapshotPrototypes(): Readonly<Record<string, readonly string[]>> {
  const prototypes = { Object, Array, Function, String, Number, Map, Set, Error };
  return Object.fromEntries(
    Object.entries(prototypes).map(([name, { prototype }]) => [
      name,
      Reflect.ownKeys(prototype as object)
        .map(String)
        .sort(),
    ]),
  );
}
