/** Counts what a comparison finds; keeps the first of each kind to show, and nothing more. */
import {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type VerifiedPage,
  type VerifyRequest,
} from '../core/verify';
import { maskFinding } from './mask-finding';

const SHOWN = 5;

export interface KindCount {
  readonly kind: FindingKind;
  readonly isDifference: boolean;
  readonly says: string;
  readonly count: number;
  /** The first ones, personal data masked: what is printed goes into logs and mails. */
  readonly first: readonly Finding[];
}

export interface VerifyFacts {
  readonly store: string;
  readonly startedAt: Date;
  /** Where all findings are. */
  readonly path: string;
  readonly request: VerifyRequest;
}

export class VerifyTally {
  readonly #found = new Map<FindingKind, { count: number; first: Finding[] }>();
  readonly #compared = new Map<string, number>();
  readonly facts: VerifyFacts;

  constructor(facts: VerifyFacts) {
    this.facts = facts;
  }

  add({ name, compared, findings }: VerifiedPage & { readonly name: string }): void {
    this.#compared.set(name, this.comparedBy(name) + compared);
    for (const finding of findings) {
      const known = this.#found.get(finding.kind) ?? { count: 0, first: [] };
      known.count += 1;
      if (known.first.length < SHOWN) {
        known.first.push(maskFinding(finding));
      }
      this.#found.set(finding.kind, known);
    }
  }

  comparedBy(name: string): number {
    return this.#compared.get(name) ?? 0;
  }

  /** Records compared, by name of the comparison. */
  get compared(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#compared);
  }

  /** What was found, in the order in which kinds are declared. */
  get kinds(): readonly KindCount[] {
    return (Object.keys(FINDING_KINDS) as FindingKind[]).flatMap((kind) => {
      const found = this.#found.get(kind);
      return found === undefined ? [] : [{ kind, ...FINDING_KINDS[kind], ...found }];
    });
  }

  /** Findings that count: those of kinds that are differences. */
  get differences(): number {
    return this.kinds.reduce((sum, { isDifference, count }) => sum + (isDifference ? count : 0), 0);
  }
}
