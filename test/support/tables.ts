// The tables of the README, from the code they describe.
import { z } from 'zod';
import { settings } from '../../src/config';
import { indexRows } from '../../src/crm/search/search-indexes';
import { refusalRows } from '../../src/http/openapi';
import { notServed } from '../conformance/not-served';
import { outOfScope } from './client-surface';

export const refusalTable = (): string[] => [
  '| code | status | category | message |',
  '| --- | --- | --- | --- |',
  ...refusalRows(),
];

const listed = (heading: string, list: Readonly<Record<string, string>>): string[] => [
  `| ${heading} | why |`,
  '| --- | --- |',
  ...[...new Set(Object.values(list))].map((why) => {
    const names = Object.keys(list).filter((name) => list[name] === why);
    return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${why} |`;
  }),
];

export const notServedTable = (): string[] => listed('operation', notServed);

export const clientGapTable = (): string[] => listed('part of `client.crm`', outOfScope);

export const indexTable = (): string[] => [
  '| object type | indexed properties |',
  '| --- | --- |',
  ...indexRows(),
];

export function settingTable(): string[] {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).map(([name, schema]) => {
    const { default: value, description } = schema as { default?: string | number; description?: string };
    return `| \`${name}\` | ${value === undefined ? 'unset' : `\`${value}\``} | ${description} |`;
  });
  return ['| name | default | meaning |', '| --- | --- | --- |', ...rows];
}
