/** The section `metrics` of the configuration. */
import { z } from 'zod';
import { Duration } from '../../lib/duration';

export const MetricsSection = z.strictObject({
  job: z.string().min(1).default('wcodoo').describe('Label `job` of what is pushed.'),
  instance: z
    .string()
    .min(1)
    .optional()
    .describe('Label `instance` of what is pushed; the name of this machine when left out.'),
  timeout: Duration.default('10s').describe(
    'How long a push to the Pushgateway may take, its second try included.',
  ),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe('PEM file of the authority that signed the certificate of the Pushgateway.'),
  textfile: z
    .string()
    .regex(/\.prom$/, 'must end with .prom, node_exporter reads no other file')
    .optional()
    .describe('File for the textfile collector of node_exporter, written after each sync.'),
});

export type MetricsSection = z.infer<typeof MetricsSection>;
