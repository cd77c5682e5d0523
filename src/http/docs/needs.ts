// Says in words what a route asks of its caller: scopes, who they are, the tier of the account.
import { features } from '../../tiers/features';
import type { AccessRule } from '../access';

/** Scopes of a rule, as the path of the route names them: all are needed; of those with `|` one is enough. */
export const scopesOf = ({ scope = [] }: AccessRule): string[] =>
  [scope].flat().map((one) => one.replaceAll(/:(\w+)/g, '{$1}'));

/** One sentence; empty where whoever has logged in may call it. */
export function needs(rule: AccessRule | 'public'): string {
  if (rule === 'public') return 'Anybody may call it.';
  const { superAdmin, session, stepUp, feature } = rule;
  const { tier, addOn } = feature ? ({ addOn: undefined, ...features[feature] } as const) : {};
  const said = [
    ...scopesOf(rule).map(
      (scope) =>
        `the scope ${scope
          .split('|')
          .map((one) => `\`${one}\``)
          .join(' or ')}`,
    ),
    ...(superAdmin ? ['a super admin'] : []),
    ...(session ? ["a person's session, not an API key"] : []),
    ...(stepUp ? ['of a session a step-up within ten minutes'] : []),
    ...(tier ? [`the tier \`${tier}\`${addOn ? ` with \`${addOn}\`` : ''}`] : []),
  ];
  return said.length === 0 ? '' : `Needs ${said.join('; ')}.`;
}
