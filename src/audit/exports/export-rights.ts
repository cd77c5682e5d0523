// By whose rights an export shows values, and who may have a file that was made by some rights.
import type { Caller } from '../../caller';
import { reachOver } from '../../crm/records/reach';
import type { Viewer } from '../../crm/properties/values/sensitivity';
import { hasScope, recordTypes } from '../../identity/api-keys/scopes';
import type { Owners } from '../../identity/reach.vocabulary';
import { Refusal } from '../../refusals';
import type { ExportViewer } from './audit-export.events';

const ON_RECORDS = 'crm.objects.';

/** The rights that a caller has now, as an event keeps them. */
export function viewerOf(caller: Caller): ExportViewer {
  const { superAdmin, scopes } = caller;
  const reach = reachOver(caller, recordTypes, ['view']);
  return {
    superAdmin,
    scopes: scopes === 'all' ? 'all' : [...scopes].filter((scope) => scope.startsWith(ON_RECORDS)).sort(),
    ...(reach && { reach }),
  };
}

export const asViewer = ({ superAdmin, scopes, reach }: ExportViewer): Viewer => ({
  superAdmin,
  scopes: scopes === 'all' ? 'all' : new Set(scopes),
  ...(reach && { reach }),
});

/**
 * Refuses with `access-denied` a file that may show values which the caller may not see: their role may have been
 * changed since, or they use a key that may less than they themselves.
 */
export function requireRightsOf(viewer: ExportViewer, caller: Caller): void {
  if (!hasRightsOf(viewer, caller))
    throw new Refusal('access-denied', {
      message: 'The export was made by rights that you do not have: ask for one of your own',
    });
}

function hasRightsOf({ superAdmin, scopes, reach }: ExportViewer, caller: Caller): boolean {
  if (superAdmin && !caller.superAdmin) return false;
  const hasScopes =
    scopes === 'all' ? caller.scopes === 'all' : scopes.every((scope) => hasScope(caller, scope));
  if (!hasScopes || !caller.reach) return hasScopes;
  return recordTypes.every((type) => covers(caller.reach?.[type]?.view, (reach ? reach[type] : ALL)?.view));
}

const ALL = { view: 'all' } as const;

function covers(held: Owners = [], asked: Owners = []): boolean {
  if (held === 'all') return true;
  if (asked === 'all') return false;
  const owners = new Set(held);
  return asked.every((owner) => owners.has(owner));
}
