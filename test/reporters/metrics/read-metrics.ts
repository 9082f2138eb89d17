/** Reads the text that Prometheus scrapes, plainly: names, labels, values. */

/** Values by name and labels, the labels in alphabetical order: `debts{flow="orders",state="retry"}`. */
export function readMetrics(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const sorted = (labels.match(/\w+="[^"]*"/g) ?? [])
        .filter((label) => !label.startsWith('store='))
        .sort();
      return [sorted.length === 0 ? name : `${name}{${sorted.join(',')}}`, Number(value)] as const;
    }),
  );
}

/** Every metric that a text has, those without a value too. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
}
