// Writes an entry in ArcSight's Common Event Format, version 0: a header between pipes, then an extension of keys and values.
import { version } from '../../../version';
import { isFailure, weightOf, type ShownEntry, type Weight } from './shown-entry';

/** 0 to 10. */
const severities: Readonly<Record<Weight, number>> = { failure: 6, notable: 4, usual: 2 };

/** In the header a backslash and a pipe are escaped; a line break cannot be. */
const inHeader = (text: string): string => text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** In a value of the extension a backslash, an equals sign and a line break are escaped; a pipe is not. */
const inExtension = (text: string): string =>
  text
    .replace(/[\\=]/g, '\\$&')
    .replace(/\r\n|\n/g, '\\n')
    .replace(/\r/g, '\\r');

/** The longest values that the format's dictionary allows, in characters. */
const LONG = 1_023;
const CUSTOM = 4_000;
const ACTION = 63;

const cut = (text: string, most: number): string => (text.length > most ? text.slice(0, most) : text);

type Field = readonly [key: string, value: string | number | null | undefined, most?: number];

function fieldsOf(entry: ShownEntry): Field[] {
  const { actor, target, client, source, causes, changes, erased, shortened } = entry;
  const isIpv6 = client.ip?.includes(':') ?? false;
  return [
    ['rt', Date.parse(entry.occurredAt)],
    ['externalId', entry.id, 40],
    ['cat', `${entry.category}/${entry.subCategory}`, LONG],
    ['act', entry.action, ACTION],
    ['outcome', isFailure(entry) ? 'failure' : 'success', ACTION],
    ['suid', actor.userId ?? actor.id, LONG],
    ['suser', actor.email ?? actor.name, LONG],
    ['spriv', actor.type, LONG],
    ['src', isIpv6 ? null : client.ip],
    ...(isIpv6
      ? ([
          ['c6a2', client.ip],
          ['c6a2Label', 'Source IPv6 Address'],
        ] as const)
      : []),
    ['requestClientApplication', client.userAgent, LONG],
    ['duid', target?.type === 'users' ? target.id : null, LONG],
    ['duser', target?.type === 'users' ? target.label : null, LONG],
    ...custom('cs1', 'Target', target && `${target.type}/${target.id}`),
    ...custom('cs2', 'Target Name', target?.label),
    ...custom('cs3', 'Source', source && [source.type, source.id].filter(Boolean).join(' ')),
    ...custom('cs4', 'Correlation Id', causes?.correlationId),
    ...custom('cs5', 'Country', [client.country, client.region].filter(Boolean).join(' ')),
    ...custom('cs6', 'Changes', changes && changesText(changes)),
    ['reason', erased ? 'The record is erased' : shortened ? 'Shortened' : null, LONG],
    ['msg', entry.summary, LONG],
  ];
}

const custom = (key: string, label: string, value: string | undefined): Field[] =>
  value === undefined || value === ''
    ? []
    : [
        [`${key}Label`, label],
        [key, value, CUSTOM],
      ];

/** A value that would be cut would be taken for what it was: where not all fit, names alone are told. */
function changesText(changes: NonNullable<ShownEntry['changes']>): string {
  const whole = JSON.stringify(changes);
  return whole.length <= CUSTOM ? whole : JSON.stringify(Object.keys(changes));
}

export function cefOf(entry: ShownEntry): string {
  const signature = `${entry.category}:${entry.subCategory}:${entry.action}`;
  const severity = severities[weightOf(entry)];
  const header = ['Strata', 'Strata', version, signature, cut(entry.summary, 512)].map(inHeader);
  const extension = fieldsOf(entry).flatMap(([key, value, most = CUSTOM]) =>
    value === null || value === undefined || value === '' || value !== value
      ? []
      : [`${key}=${typeof value === 'number' ? value : inExtension(cut(value, most))}`],
  );
  return `CEF:0|${header.join('|')}|${severity}|${extension.join(' ')}`;
}
