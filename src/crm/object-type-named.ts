// The object type that a path names, in any of its forms.
import { Refusal } from '../refusals';
import { findObjectType } from './object-types';

/** Plural name. Refuses with `object-type-unknown`, as HubSpot does. */
export function typeNamed(alias: string): string {
  const type = findObjectType(alias);
  if (type) return type.name;
  const shown = alias.slice(0, 100);
  throw new Refusal('object-type-unknown', { message: `Unable to infer object type from: ${shown}` });
}
