import { thenEnd } from '../../src/lib/then-end';

const fail = (message: string) => (): Promise<never> => Promise.reject(new Error(message));
const done = (): Promise<void> => Promise.resolve();

test('of two failures that of the work is told', async () => {
  await expect(thenEnd(fail('work'), fail('end'))).rejects.toThrow('work');
  await expect(thenEnd(fail('work'), done)).rejects.toThrow('work');
});

test('a failure of the end is told where the work was done', async () => {
  await expect(thenEnd(() => Promise.resolve(7), fail('end'))).rejects.toThrow('end');
  expect(await thenEnd(() => Promise.resolve(7), done)).toBe(7);
});
