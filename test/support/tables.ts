// Makes the tables of the docs from the code that they describe.
import { allowances } from '../../src/identity/roles/permissions';
import { z } from 'zod';
import { settings } from '../../src/config';
import { ignoredFields } from '../../src/crm/ignored-fields';
import { indexRows } from '../../src/crm/search/search-indexes';
import { datedRows } from '../../src/http/front/dated';
import { limitRows } from '../../src/http/front/limits';
import { refusalRows } from '../../src/http/docs/refusals';
import { kindNames, kindRow } from '../../src/notifications/notification-kinds.vocabulary';
import { parts, type PartRow } from '../../src/supervision/parts';
import { backupQuotas, type FeatureRow, features, tiers } from '../../src/tiers/features';
import { reaches } from '../../src/tiers/requirements';
import { otherScopes } from '../conformance/deviations';
import { notServed } from '../conformance/not-served';
import { outOfScope } from './client-surface';

const refusalTable = (): string[] => [
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

const notServedTable = (): string[] => listed('operation', notServed);

const otherScopeTable = (): string[] => [
  '| operation | scope | why |',
  '| --- | --- | --- |',
  ...Object.entries(otherScopes).map(([key, { scope, why }]) => `| \`${key}\` | \`${scope}\` | ${why} |`),
];

const ignoredTable = (): string[] => [
  '| ignored | of | why |',
  '| --- | --- | --- |',
  ...Object.values(ignoredFields).map(
    ({ of, names, why }) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${of} | ${why} |`,
  ),
];

const clientGapTable = (): string[] => listed('part of `client.crm`', outOfScope);

const datedTable = (): string[] => [
  '| address | dates | stands for |',
  '| --- | --- | --- |',
  ...datedRows(),
];

const indexTable = (): string[] => ['| object type | indexed properties |', '| --- | --- |', ...indexRows()];

function settingTable(): string[] {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).map(([name, schema]) => {
    const { default: value, description } = schema as { default?: string | number; description?: string };
    return `| \`${name}\` | ${value === undefined ? 'unset' : `\`${value}\``} | ${description} |`;
  });
  return ['| name | default | meaning |', '| --- | --- | --- |', ...rows];
}

const effects: Readonly<Record<PartRow['effect'], string>> = {
  ends: '**the process ends**',
  unready: 'while it goes on: **not ready**',
  told: 'the rest is served',
};

const partTable = (): string[] => [
  '| part | what it is | what happens when it fails | and |',
  '| --- | --- | --- | --- |',
  ...Object.entries<PartRow>(parts).map(
    ([name, { is, then, effect }]) => `| \`${name}\` | ${is} | ${then} | ${effects[effect]} |`,
  ),
];

const limitTable = (): string[] => [
  '| refused with | what | at most |',
  '| --- | --- | --- |',
  ...limitRows(),
];

function tierTable(): string[] {
  const row = ([name, { what, tier: lowest, addOn, toCome }]: [string, FeatureRow]) => {
    const cells = tiers.map((tier) => (reaches(tier, lowest) ? (addOn ? `with \`${addOn}\`` : 'yes') : ''));
    return `| \`${name}\` | ${what}${toCome ? ' (to come)' : ''} | ${cells.join(' | ')} |`;
  };
  const quotas = tiers.map((tier) => backupQuotas[tier].replace('/', ' in '));
  return [
    `| feature | what it is | ${tiers.map((tier) => `\`${tier}\``).join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...Object.entries<FeatureRow>(features).map(row),
    `| \`backups\` | Backups, where \`BACKUP_QUOTA\` says nothing else | ${quotas.join(' | ')} |`,
  ];
}

const told = (toAdmins: true | 'others' | undefined): string =>
  toAdmins === 'others'
    ? 'super admins, but for who asked for it'
    : toAdmins
      ? 'whom it concerns, and super admins'
      : 'who asked for it';
/** Where it is neither a super admin nor who asked for something. */
const toldApart: Readonly<Record<string, string>> = { AUDIT_MENTION: 'who is mentioned' };

const kindTable = (): string[] => [
  '| kind | what it tells | who is told |',
  '| --- | --- | --- |',
  ...kindNames.map((kind) => {
    const { title, toAdmins, forAdmins } = kindRow(kind)!;
    if (forAdmins) return `| \`${kind}\` | ${title} | super admins |`;
    return `| \`${kind}\` | ${title} | ${toldApart[kind] ?? told(toAdmins)} |`;
  }),
];

/** A table between `<!-- name -->` and `<!-- /name -->` in a file. */
export interface DocsTable {
  readonly file: string;
  readonly name: string;
  readonly lines: () => string[];
}

export const docsTables: readonly DocsTable[] = [
  {
    file: 'docs/access.md',
    name: 'allowances',
    lines: () => [
      '| right | allows to |',
      '| --- | --- |',
      ...Object.entries(allowances).map(([name, means]) => `| \`${name}\` | ${means} |`),
    ],
  },
  { file: 'docs/settings.md', name: 'settings', lines: settingTable },
  { file: 'docs/operations.md', name: 'parts', lines: partTable },
  { file: 'README.md', name: 'tiers', lines: tierTable },
  { file: 'docs/tiers.md', name: 'tiers', lines: tierTable },
  { file: 'docs/notifications.md', name: 'notification-kinds', lines: kindTable },
  { file: 'docs/errors.md', name: 'refusals', lines: refusalTable },
  { file: 'docs/crm.md', name: 'indexes', lines: indexTable },
  { file: 'docs/operations.md', name: 'limits', lines: limitTable },
  { file: 'docs/hubspot-api.md', name: 'dated', lines: datedTable },
  { file: 'docs/hubspot-api.md', name: 'not-served', lines: notServedTable },
  { file: 'docs/hubspot-api.md', name: 'other-scopes', lines: otherScopeTable },
  { file: 'docs/hubspot-api.md', name: 'client-gaps', lines: clientGapTable },
  { file: 'docs/hubspot-api.md', name: 'ignored-fields', lines: ignoredTable },
];
