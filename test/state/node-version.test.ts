import { FatalError } from '../../src/core/errors';
import { checkNodeVersion } from '../../src/state/node-version';

test.each(['20.19.0', '20.20.2', '22.23.3', '24.18.0'])('Node %s is taken', (version) => {
  expect(() => {
    checkNodeVersion(version);
  }).not.toThrow();
});

test.each(['24.19.0', '24.21.0', '26.0.0'])('Node %s is refused before anything is opened', (version) => {
  expect(() => {
    checkNodeVersion(version);
  }).toThrow(FatalError);
});
