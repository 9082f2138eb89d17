/** `npm run test:chaos` takes the long way; continuous integration a short one through the same tests. */
export const isLong = process.env['WCODOO_CHAOS_SIZE'] === 'long';
