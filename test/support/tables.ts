// The tables of the README, from the code they describe.
import { z } from 'zod';
import { settings } from '../../src/config';
import { refusalRows } from '../../src/http/openapi';

export const refusalTable = (): string[] => [
  '| code | status | category | message |',
  '| --- | --- | --- | --- |',
  ...refusalRows(),
];

export function settingTable(): string[] {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).map(([name, schema]) => {
    const { default: value, description } = schema as { default?: string | number; description?: string };
    return `| \`${name}\` | ${value === undefined ? 'unset' : `\`${value}\``} | ${description} |`;
  });
  return ['| name | default | meaning |', '| --- | --- | --- |', ...rows];
}
