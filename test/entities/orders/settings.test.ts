import { OrderSettings } from '../../../src/entities/orders/settings';

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'the status %s of a shop is one without a meaning, not a member of every object',
  (status) => {
    const { statuses } = OrderSettings.parse({ statuses: { 'awaiting-pickup': 'confirmed' } });
    expect(statuses[status]).toBeUndefined();
    expect([statuses['awaiting-pickup'], statuses['completed']]).toEqual(['confirmed', 'confirmed']);
  },
);
