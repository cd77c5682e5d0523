// What the vocabulary of the audit log is called; words that the catalogue does not know are shown as they are.
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { useObjectLabel } from '../api/object-types';

type Actor = Schemas['ShownActor'];

const named = (id: string): string => id.toLowerCase().replaceAll('_', ' ');

export interface AuditWords {
  category: (id: string) => string;
  subCategory: (id: string) => string;
  action: (id: string) => string;
  source: (id: string) => string;
  loginType: (id: string) => string;
  /** The type of a target, such as `contacts` or `api-keys`. */
  type: (id: string) => string;
  actor: (actor: Actor) => string;
  /** What kind of actor it is, where that is no person. */
  kind: (actor: Actor) => string | undefined;
}

export function useAuditWords(): AuditWords {
  const { t } = useTranslation(['audit', 'common']);
  // Ids come from the server: which there are is not known when this is compiled.
  const word = (key: string, id: string) => t(key as 'audit:title', { defaultValue: id });
  const objectLabel = useObjectLabel();
  const type = (id: string) => {
    const label = objectLabel(id);
    return label === id ? word(`audit:types.${id}`, id.replaceAll('-', ' ')) : label;
  };
  return {
    category: (id) => word(`audit:categories.${id}`, named(id)),
    subCategory: (id) => (/^[A-Z_0-9]+$/.test(id) ? word(`audit:subCategories.${id}`, named(id)) : type(id)),
    action: (id) => word(`audit:actions.${id}`, named(id)),
    source: (id) => word(`audit:sources.${id}`, id),
    loginType: (id) => word(`audit:loginTypes.${id}`, id),
    type,
    actor: ({ name, email, id, type: kind }) =>
      (kind === 'user' ? (email ?? name) : (name ?? email)) ?? word(`audit:parts.${id}`, id),
    kind: ({ type: kind }) => (kind === 'user' ? undefined : word(`audit:actorTypes.${kind}`, kind)),
  };
}
