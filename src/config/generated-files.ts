/** Files made from the schema of the configuration, so that they cannot disagree with it. */
import { z } from 'zod';
import { formatEnv } from './env-text';
import { documentSettings } from './settings-markdown';
import { formatJson } from './format-json';
import { ENVIRONMENT } from './environment';
import { ConfigFile } from './schema';

/** Content by path, relative to the root of the project. Pure. */
export function generatedFiles(): Map<string, string> {
  const schema = z.toJSONSchema(ConfigFile, { io: 'input', unrepresentable: 'any' });
  const examples = Object.fromEntries(ENVIRONMENT.map(({ name, example }) => [name, example]));
  return new Map([
    ['config/wcodoo.schema.json', formatJson({ title: 'Configuration of wcodoo', ...schema })],
    ['docs/configuration.md', documentSettings(schema, ConfigFile.parse({}))],
    [
      '.env.example',
      formatEnv(
        examples,
        'Copy this file to .env (chmod 600), or let `wcodoo init` write it. Generated from src/config/schema.ts.',
      ),
    ],
  ]);
}
