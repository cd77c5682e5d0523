// Where people read of what a notification is about: the page of the console that shows what a route of the API answers.

/** An address of the API, and the page that shows what it answers; the first that fits. */
const rows: readonly (readonly [route: RegExp, page: string])[] = [
  [/^\/backups\/v1\/backups\/([^/?]+)(?:\/file)?$/, '/backups/$1'],
  [/^\/backups\/v1\/schedule$/, '/backups'],
  [/^\/backups\/v1\/loads\/([^/?]+)$/, '/loads/$1'],
  [/^\/backups\/v1\/drills\/([^/?]+)$/, '/integrity/drills/$1'],
  [/^\/restores\/v1\/restores\/([^/?]+)$/, '/restores/$1'],
  [/^\/restores\/v1\/plans\/([^/?]+)$/, '/restores/plans/$1'],
  [/^\/recycle-bin\/v1\/restores\/[^/?]+$/, '/recycle-bin'],
  [/^\/crm\/v3\/imports\/([^/?]+)$/, '/imports/$1'],
  [/^\/crm\/v3\/exports\/export\/([^/?]+)(?:\/file)?$/, '/exports/$1'],
  [/^\/audit\/v1\/exports\/schedules$/, '/exports?tab=audit'],
  [/^\/audit\/v1\/exports\/([^/?]+)(?:\/file)?$/, '/exports/audit/$1'],
  [/^\/audit\/v1\/entries\?(.+)$/, '/audit?$1'],
  [/^\/audit\/v1\/comments\/([^/?]+)$/, '/audit?comment=$1'],
  [/^\/audit\/v1\/alerts\/([^/?]+)\/incidents\/([^/?]+)$/, '/alerts/$1?incident=$2'],
  [/^\/auth\/v1\/sessions\/([^/?]+)$/, '/profile?tab=sessions&session=$1'],
  [/^\/auth\/v1\/api-keys\/[^/?]+$/, '/api-keys'],
  [/^\/settings\/v3\/users\/([^/?]+)$/, '/users/$1'],
];

/** What has no page of its own is told on that of the notification. */
export function pageOf(route: string): string {
  const row = rows.find(([pattern]) => pattern.test(route));
  return row ? route.replace(row[0], row[1]) : '/notifications';
}
