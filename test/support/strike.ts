/** Kills the program at a named step, and says whether it really died there. */
import { setTimeout as wait } from 'node:timers/promises';
import { pickInteger, type Random } from '../../src/sandbox/random';
import type { ProxiedCall } from './chaos-proxy';
import type { ChaosRig, StartOptions } from './chaos-rig';
import { recordKey } from '../../src/core/keys';

/**
 * Steps of a call that writes, to either side:
 * - `before-send`: the call is on its way, the server has not seen it
 * - `sent`: the server is at work
 * - `committed-without-answer`: the server has done it, nothing of the answer came
 * - `answered`: the answer was just passed on
 */
export const CALL_STEPS = ['before-send', 'sent', 'committed-without-answer', 'answered'] as const;
export const STATE_STEPS = ['before-state-commit', 'after-state-commit'] as const;
/** Right after the commit that takes orders to this step. */
export const ORDER_STEPS = ['created', 'checked', 'confirmed', 'dated'] as const;

export type CallStep = (typeof CALL_STEPS)[number];
export type NamedStep = CallStep | (typeof STATE_STEPS)[number] | (typeof ORDER_STEPS)[number];
export type KillStep = NamedStep | 'random';

/** A step, for one of a call perhaps with the call that is meant: `sale.order.load`. */
export interface Aim {
  readonly step: KillStep;
  readonly target?: string | undefined;
}

export const NAMED_STEPS: readonly NamedStep[] = [...CALL_STEPS, ...STATE_STEPS, ...ORDER_STEPS];

/** The greatest number to choose `at` from, so that most runs come to it. */
const HIGHEST: Record<KillStep, number> = {
  'before-send': 14,
  sent: 14,
  'committed-without-answer': 14,
  answered: 14,
  'before-state-commit': 30,
  'after-state-commit': 30,
  created: 2,
  checked: 2,
  confirmed: 2,
  dated: 2,
  random: 50,
};

/** Runs that may end before they come to the first moment of a step. */
const MAX_WHOLE_RUNS = 5;

export interface Kill {
  readonly step: KillStep;
  /** What was being called, for the steps of a call. */
  readonly target: string;
}

/**
 * Starts a synchronisation and kills it. A run that ends before it comes to the
 * moment chosen is no kill: an earlier moment is chosen, and `prepare` gives
 * the next run something to do.
 * @throws Error when the program did not die at the step, or never came to it
 */
export async function strike(
  rig: ChaosRig,
  aim: Aim,
  random: Random,
  prepare: () => Promise<void>,
): Promise<Kill> {
  const { step, target } = aim;
  const highest = target === undefined ? HIGHEST[step] : 1;
  let at = pickInteger(random, 1, highest);
  // What is done in the shop is chosen by chance: not every run makes the call that is meant.
  for (let wholeRuns = 0; wholeRuns < MAX_WHOLE_RUNS; at = Math.ceil(at / 2)) {
    await prepare();
    const kill = await attempt(rig, aim, at, random);
    rig.watch({});
    if (kill !== undefined) {
      return kill;
    }
    wholeRuns += at === 1 ? 1 : 0;
  }
  throw new Error(`${MAX_WHOLE_RUNS} whole runs never came to the step ${step}`);
}

async function attempt(
  rig: ChaosRig,
  { step, target }: Aim,
  at: number,
  random: Random,
): Promise<Kill | undefined> {
  if (isCallStep(step)) {
    return killInCall(rig, step, at, target);
  }
  if (step === 'random') {
    return killAtRandom(rig, at, random);
  }
  return killInState(rig, step, at);
}

function isCallStep(step: KillStep): step is CallStep {
  return (CALL_STEPS as readonly string[]).includes(step);
}

/** The proxy holds the call until the program is dead: it cannot have come further by then. */
async function killInCall(
  rig: ChaosRig,
  step: CallStep,
  at: number,
  target: string | undefined,
): Promise<Kill | undefined> {
  // A server that counts its writes must not count those of the run before. Another one may still be
  // at work for it: that is what a run meets that comes soon after a kill.
  const isCounted = rig.sides.writes() !== undefined;
  if (isCounted) {
    await rig.idle();
  }
  let struck: ProxiedCall | undefined;
  let calls = 0;
  let writesBefore = 0;
  const killIn = (wanted: CallStep) => async (call: ProxiedCall) => {
    if (call === struck && step === wanted) {
      child.kill('SIGKILL');
      await result;
    }
  };
  const killBeforeSend = killIn('before-send');
  rig.watch({
    async onRequest(call) {
      const counts = call.isWriting && (target === undefined || call.target === target);
      calls += counts ? 1 : 0;
      if (!counts || calls !== at) {
        return undefined;
      }
      struck = call;
      writesBefore = rig.sides.writes() ?? 0;
      await killBeforeSend(call);
      return step === 'before-send' ? 'reset-before' : undefined;
    },
    onForwarded: killIn('sent'),
    onAnswered: killIn('committed-without-answer'),
    onRelayed: killIn('answered'),
  });
  const { child, result } = rig.start(['sync']);
  const { signal, code, stderr } = await result;
  if (struck === undefined) {
    requireGoodEnd(code, stderr);
    return undefined;
  }
  expectDeath(signal, `${step} of ${struck.target}`);
  if (isCounted) {
    await rig.idle();
    const writes = (rig.sides.writes() ?? 0) - writesBefore;
    if (step === 'answered' && writes > 1) {
      // It was quick enough to go on before it died: a kill, but not at this step.
      return undefined;
    }
    if (writes !== (step === 'before-send' ? 0 : 1)) {
      throw new Error(`${step} of ${struck.target}: the servers wrote ${writes} times`);
    }
  }
  return { step, target: struck.target };
}

/** The moments of the state are the program's own: it kills itself there. */
async function killInState(
  rig: ChaosRig,
  step: Exclude<NamedStep, CallStep>,
  at: number,
): Promise<Kill | undefined> {
  const { signal, code, stderr } = await rig.run(['sync'], { kill: orderFor(step, at) });
  const marker = rig.takeMarker();
  if (marker === undefined) {
    requireGoodEnd(code, stderr);
    return undefined;
  }
  expectDeath(signal, step);
  const reached = await rig.withState((state) =>
    state.links.find(marker.orders.map((id) => recordKey(rig.sides.store, 'order', id))),
  );
  const elsewhere = [...reached.values()].filter((link) => link.step !== step);
  if (reached.size !== marker.orders.length || elsewhere.length > 0) {
    throw new Error(
      `${step}: ${elsewhere.length} of ${marker.orders.length} orders are not there in the state`,
    );
  }
  return { step, target: '' };
}

function orderFor(step: Exclude<NamedStep, CallStep>, at: number): NonNullable<StartOptions['kill']> {
  switch (step) {
    case 'before-state-commit':
      return { when: 'before', at };
    case 'after-state-commit':
      return { when: 'after', at };
    default:
      return { when: 'after', step, at };
  }
}

/** Some calls after the start, then a moment more; now and then before the first call. */
async function killAtRandom(rig: ChaosRig, at: number, random: Random): Promise<Kill | undefined> {
  let calls = 0;
  let target = '';
  let kill: () => void = () => undefined;
  const due = new Promise<void>((resolve) => {
    kill = resolve;
  });
  const isEarly = random() < 0.1;
  const delayMs = random() * (isEarly ? 600 : 40);
  rig.watch({
    onRequest: (call) => {
      calls += 1;
      target = call.target;
      if (calls === at) {
        kill();
      }
      return undefined;
    },
  });
  const { child, result } = rig.start(['sync']);
  if (isEarly) {
    kill();
  }
  void due.then(() => wait(delayMs)).then(() => child.kill('SIGKILL'));
  const { signal, code, stderr } = await result;
  kill();
  if (signal === 'SIGKILL') {
    return { step: 'random', target };
  }
  requireGoodEnd(code, stderr);
  return undefined;
}

/** A run that came to its end must have done it well. */
function requireGoodEnd(code: number | null, stderr: string): void {
  if (code !== 0) {
    throw new Error(`a run that was not killed ended with ${String(code)}: ${stderr}`);
  }
}

function expectDeath(signal: NodeJS.Signals | null, where: string): void {
  if (signal !== 'SIGKILL') {
    throw new Error(`${where}: the program was not killed there`);
  }
}
