import type { LimitName } from './ports';

/** Every limit, with what its flag lets pass, as in the run that was stopped. */
export const ALLOWANCES: Readonly<Record<LimitName, string>> = {
  archived: 'as many archived records',
  'changed-share': 'as many changed records',
  'price-jump': 'as many price jumps',
  'stock-to-zero': 'as many products sold out',
  'empty-listing': 'a listing as short',
  'missing-canary': 'as many missing canaries',
};
