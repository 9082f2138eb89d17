import { z } from 'zod';
import { Duration } from '../../lib/duration';

export const StockSettings = z.strictObject({
  quantity: z
    .enum(['free', 'on-hand', 'forecast'])
    .default('free')
    .describe(
      'Which quantity the shop shows: free to use (on hand less reserved), on hand (with what confirmed orders have reserved, which the shop has sold already), or forecast (with what is to come and to go).',
    ),
  warehouse: z
    .string()
    .min(1)
    .optional()
    .describe('Short name of the warehouse whose stock counts, for example `WH`; all of them when left out.'),
  location: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Id of the stock location whose stock counts, in place of a warehouse.'),
  buffer: z.number().min(0).default(0).describe('Units kept back from the shop for each product.'),
  rounding: z
    .enum(['down', 'nearest'])
    .default('down')
    .describe('How a fraction of a unit becomes a whole one.'),
  floor: z.number().int().default(0).describe('The least quantity ever shown.'),
  fullEvery: Duration.default('24h').describe('How often every product is compared, not only what changed.'),
});
export type StockSettings = z.infer<typeof StockSettings>;
