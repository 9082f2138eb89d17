import type { Finding } from '../core/verify';
import { maskPersonalData } from './mask-personal-data';

/** The finding with personal data masked, as in a row of the audit. */
export function maskFinding(finding: Finding): Finding {
  const { key, businessKey, field, wooValue, odooValue, message } = finding;
  const masked = maskPersonalData({
    entity: key.entity,
    businessKey,
    changes: [{ field, before: wooValue, after: odooValue }],
    message,
  });
  const [values] = masked.changes;
  return {
    ...finding,
    businessKey: masked.businessKey,
    wooValue: values?.before ?? '',
    odooValue: values?.after ?? '',
    message: masked.message,
  };
}
