'use strict';
// Loaded before the program (`node --require`): at its end the packages and own files that were loaded go to a file.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.TELL_MODULES_TO, JSON.stringify(Object.keys(require.cache)));
});
