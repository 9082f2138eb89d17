/** The audit, read by record. */
import type { RecordKey } from '../keys';
import type { AuditRow } from './audit';

export interface History {
  /** The last decisions about one record, the newest first. */
  of(key: RecordKey, limit: number): Promise<AuditRow[]>;
  /**
   * Records of which a decision spoke by one of these business keys, spelled as
   * given; those of the newest decisions first. Only the last thousand decisions
   * of each are looked at.
   */
  named(store: string, businessKeys: readonly string[]): Promise<RecordKey[]>;
}
