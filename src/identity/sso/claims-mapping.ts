// What the claims of a person's sign-in make of them: a role and teams, by the mapping of the setting OIDC_CLAIMS.
import { z } from 'zod';

const name = z.string().min(1).max(200);
/** A claim that holds a text, or a list of texts; `value` is the one that it must have. */
const has = { claim: name, value: name };

const mapping = z.strictObject({
  scope: z.string().max(500).optional(),
  roles: z
    .array(z.strictObject({ ...has, role: name }))
    .max(200)
    .optional(),
  otherwise: name.optional(),
  teams: z
    .array(z.strictObject({ ...has, team: name }))
    .max(1000)
    .optional(),
});

export type ClaimsMapping = Readonly<z.output<typeof mapping>>;
export type Claims = Readonly<Record<string, unknown>>;

/** Schema of the mapping as it stands in a setting: JSON. */
export const claimsMapping = z.string().transform((text, context): ClaimsMapping => {
  const parsed = mapping.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue!.path.length > 0 ? `, at ${issue!.path.join('.')}` : '';
  context.addIssue({ code: 'custom', message: `must be JSON as docs/access.md describes it${where}` });
  return z.NEVER;
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Mapped {
  /** Id or name; null: none. Left out where the mapping says nothing of roles. */
  readonly role?: string | null;
  /** Ids or names, the first is the primary one. Left out where the mapping says nothing of teams. */
  readonly teams?: readonly string[];
}

/** The first row that fits gives the role, each row that fits a team. */
export function mapClaims({ roles, otherwise, teams }: ClaimsMapping, claims: Claims): Mapped {
  const fits = ({ claim, value }: { readonly claim: string; readonly value: string }) =>
    Object.hasOwn(claims, claim) && [claims[claim]].flat().includes(value);
  const saysRole = roles !== undefined || otherwise !== undefined;
  return {
    ...(saysRole && { role: roles?.find(fits)?.role ?? otherwise ?? null }),
    ...(teams && { teams: [...new Set(teams.filter(fits).map(({ team }) => team))] }),
  };
}
