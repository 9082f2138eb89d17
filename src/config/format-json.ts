const WIDTH = 110;

/** JSON in the layout of the project's formatter: a list of plain values stands on one line where it fits. */
export function formatJson(value: unknown): string {
  return `${formatValue(value, '', 0)}\n`;
}

/** `used` is what stands before the value on its line. */
function formatValue(value: unknown, indent: string, used: number): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const oneLine = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = items.every((item) => typeof item !== 'object' || item === null);
    if (isPlain && used + oneLine.length + 1 <= WIDTH) {
      return oneLine;
    }
    return `[\n${items.map((item) => inner + formatValue(item, inner, inner.length)).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined);
    const lines = entries.map(([name, part]) => {
      const start = `${inner}${JSON.stringify(name)}: `;
      return start + formatValue(part, inner, start.length);
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}
