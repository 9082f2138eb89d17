#!/usr/bin/env -S node --
const { enableCompileCache } = require('node:module');

// Node 22.1 and later.
enableCompileCache?.();
void require('../dist/cli.js').main(process.argv);
