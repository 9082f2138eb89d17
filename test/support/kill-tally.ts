import { formatTable } from '../../src/reporters/format-table';
import { NAMED_STEPS, type Kill } from './strike';

/** Counts kills by step and by what they struck. */
export class KillTally {
  readonly #kills: (Kill & { readonly place: string })[] = [];

  /** @param place for example `19 json2` */
  add(place: string, kill: Kill): void {
    this.#kills.push({ ...kill, place });
  }

  /** A table of kills by step and place, and the calls that were struck. */
  format(): string {
    const places = [...new Set(this.#kills.map(({ place }) => place))].sort();
    const cells = (step?: string): string[] => {
      const kills = this.#kills.filter((kill) => step === undefined || kill.step === step);
      const counts = places.map((place) => kills.filter((kill) => kill.place === place).length);
      return [...counts, kills.length].map(String);
    };
    const table = formatTable(
      ['killed at', ...places, 'all'],
      [...[...NAMED_STEPS, 'random'].map((step) => [step, ...cells(step)]), ['all', ...cells()]],
    );
    const named = this.#kills.filter(({ step, target }) => step !== 'random' && target !== '');
    const targets = new Map<string, number>();
    for (const { target } of named) {
      targets.set(target, (targets.get(target) ?? 0) + 1);
    }
    const struck = [...targets].sort().map(([target, times]) => `${target} ${times}`);
    return ['', ...table, `calls struck: ${struck.join(', ')}`, ''].join('\n');
  }
}
