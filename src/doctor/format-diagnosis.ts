/** A diagnosis as text for a person, or as JSON for a program. */
import { printable } from '../reporters/printable';
import type { Diagnosis } from './diagnose';
import { count, TOPICS, type Finding, type Level } from './findings';

/** Columns of a line. */
const WIDTH = 100;
const LABELS: Readonly<Record<Level, string>> = { ok: 'ok', warn: 'warning', problem: 'PROBLEM' };
const LABEL_WIDTH = 9;
const INDENT = ' '.repeat(2 + LABEL_WIDTH);
/** What is wrong comes first under its heading. */
const ORDER: Readonly<Record<Level, number>> = { problem: 0, warn: 1, ok: 2 };

/** Grouped by topic; ends with what to do next. `configPath` is where the proposal belongs. */
export function formatDiagnosis({ findings, proposal }: Diagnosis, configPath: string): string {
  const blocks = TOPICS.flatMap((topic) => {
    const ofTopic = findings.filter((finding) => finding.topic === topic);
    return ofTopic.length === 0 ? [] : [`${topic}\n${formatFindings(ofTopic).trimEnd()}`];
  });
  const pasted =
    proposal === undefined
      ? []
      : [
          `For ${configPath}, in place of these tables there (compare the names in the comments first):\n\n${proposal.trimEnd()}`,
        ];
  return `${[...blocks, ...pasted, conclude(findings)].join('\n\n')}\n`;
}

/** One object: `{ok, counts, findings, proposal}`. */
export function diagnosisJson({ findings, proposal }: Diagnosis): string {
  const counts = { ok: 0, warn: 0, problem: 0 };
  for (const { level } of findings) {
    counts[level] += 1;
  }
  return `${JSON.stringify({ ok: counts.problem === 0, counts, findings, proposal: proposal ?? null }, null, 2)}\n`;
}

/** Lines for a terminal, what is wrong first. */
export function formatFindings(findings: readonly Finding[]): string {
  const sorted = [...findings].sort((left, right) => ORDER[left.level] - ORDER[right.level]);
  return sorted
    .flatMap(formatFinding)
    .map((line) => `${line}\n`)
    .join('');
}

function formatFinding({ level, message, hint }: Finding): string[] {
  const lines = wrap(printable(message));
  return [
    `  ${LABELS[level].padEnd(LABEL_WIDTH)}${lines[0] ?? ''}`,
    ...lines.slice(1).map((line) => INDENT + line),
    ...(hint === undefined ? [] : wrap(printable(hint)).map((line) => `${INDENT}  ${line}`)),
  ];
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - INDENT.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function conclude(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warn').length;
  const told = `${problems === 0 ? 'No problem' : count(problems, 'problem')}, ${warnings === 0 ? 'no warning' : count(warnings, 'warning')}.`;
  return problems === 0
    ? `${told} \`wcodoo sync --dry-run\` shows what a run would do.`
    : `${told} Mend the problems, then run \`wcodoo doctor\` again.`;
}
