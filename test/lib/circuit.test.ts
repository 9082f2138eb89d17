import { Circuit, type Diagnosis } from '../../src/lib/circuit';

class Refused extends Error {}

function createCircuit(): {
  circuit: Circuit;
  pass: (ms: number) => void;
  call: (end: Diagnosis | 'ok') => Promise<unknown>;
  made: () => number;
} {
  let nowMs = 1_000_000;
  let made = 0;
  const circuit = new Circuit({
    now: () => new Date(nowMs),
    refuse: (failures, waitMs) => new Refused(`${failures} ${waitMs}`),
  });
  return {
    circuit,
    pass: (ms) => {
      nowMs += ms;
    },
    call: (end) =>
      circuit
        .run(
          () => {
            made += 1;
            return end === 'ok' ? Promise.resolve('fine') : Promise.reject(new Error(end));
          },
          (error) => (error as Error).message as Diagnosis,
        )
        .catch((error: unknown) => error),
    made: () => made,
  };
}

describe('a circuit', () => {
  test('refuses calls for a minute after three in a row that found the server out', async () => {
    const { call, pass, made } = createCircuit();
    await call('out');
    await call('out');
    expect(await call('out')).not.toBeInstanceOf(Refused);
    pass(20_000);
    const refusal = await call('ok');
    expect(refusal).toBeInstanceOf(Refused);
    expect((refusal as Refused).message).toBe('3 40000');
    expect(made()).toBe(3);
  });

  test('begins to count again after a call that went through, and after one that was answered with a refusal', async () => {
    const { call } = createCircuit();
    for (const end of ['out', 'out', 'ok', 'out', 'out', 'answered', 'out', 'out'] as const) {
      expect(await call(end)).not.toBeInstanceOf(Refused);
    }
    expect(await call('ok')).toBe('fine');
  });

  test('never refuses because of refusals, or of failures that say nothing', async () => {
    const { call, made } = createCircuit();
    for (let time = 0; time < 10; time += 1) {
      await call('answered');
      await call('unknown');
    }
    expect(made()).toBe(20);
  });

  test('lets one call through after the minute, and all of them once that one went well', async () => {
    const { circuit, call, pass, made } = createCircuit();
    await Promise.all([call('out'), call('out'), call('out')]);
    pass(60_000);
    let finish: (value: string) => void = () => undefined;
    const probe = circuit.run(
      () => new Promise<string>((resolve) => (finish = resolve)),
      () => 'out',
    );
    expect(await call('ok')).toBeInstanceOf(Refused);
    finish('back');
    expect(await probe).toBe('back');
    expect(await call('ok')).toBe('fine');
    expect(made()).toBe(4);
  });

  test('rests for another minute when the call that was let through fails', async () => {
    const { call, pass } = createCircuit();
    await Promise.all([call('out'), call('out'), call('out')]);
    pass(60_000);
    expect(await call('out')).not.toBeInstanceOf(Refused);
    expect(((await call('ok')) as Error).message).toBe('4 60000');
    pass(60_000);
    expect(await call('ok')).toBe('fine');
  });

  test('lets the next one through when the end of the probe says nothing', async () => {
    const { call, pass } = createCircuit();
    await Promise.all([call('out'), call('out'), call('out')]);
    pass(60_000);
    await call('unknown');
    expect(await call('ok')).toBe('fine');
  });
});
