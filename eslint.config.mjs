import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The import directions of docs/architecture.md: each folder of src and what it may import from. */
const MAY_IMPORT = {
  lib: ['lib'],
  core: ['core', 'lib'],
  entities: ['entities', 'core', 'woo/schema.ts', 'odoo/schema.ts', 'lib'],
  woo: ['woo', 'core/ports', 'core/events.ts', 'core/errors.ts', 'core/keys.ts', 'lib'],
  odoo: ['odoo', 'core/ports', 'core/events.ts', 'core/errors.ts', 'core/keys.ts', 'lib'],
  state: [
    'state',
    'core/ports',
    'core/events.ts',
    'core/run-summary.ts',
    'core/errors.ts',
    'core/keys.ts',
    'lib',
  ],
  reporters: [
    'reporters',
    'core/ports',
    'core/events.ts',
    'core/run-summary.ts',
    'core/errors.ts',
    'core/keys.ts',
    'lib',
  ],
  sandbox: ['sandbox', 'lib'],
  config: ['config', 'core/errors.ts', 'entities', 'lib'],
  doctor: ['doctor', 'config/load.ts', 'core', 'entities', 'reporters/printable.ts', 'odoo/schema.ts', 'lib'],
  commands: [
    'commands',
    'app.ts',
    'own-state.ts',
    'reporting.ts',
    'version.ts',
    'config',
    'core',
    'doctor',
    'entities',
    'reporters',
    'sandbox',
    'lib',
  ],
};

const zones = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: allowed.map((path) => `./${path}`),
  message: `${folder} may import from ${allowed.join(', ')} only (docs/architecture.md)`,
}));

export default tseslint.config(
  { ignores: ['dist', 'coverage', '*.config.js', '*.config.mjs', 'bin', 'bench', 'test/support/*.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/dot-notation': 'off',
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'only src/config/load.ts reads the environment' },
        { object: 'process', property: 'exit', message: 'set process.exitCode in src/cli.ts' },
        { object: 'process', property: 'exitCode', message: 'set process.exitCode in src/cli.ts' },
      ],
    },
  },
  { files: ['src/config/load.ts', 'test/**', 'bench/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['src/cli.ts', 'src/config/generate.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['src/lib/terminal.ts', 'bench/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
