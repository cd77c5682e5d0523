// Tells from the name of a CSV which object type its records are of.
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';

type Named = Pick<ObjectType, 'name' | 'singular' | 'labels' | 'typeId'>;

const FOLDERS = /^.*\//;
const EXTENSION = /\.csv$/i;
/** `contacts-2`, `contacts_part_2`, `Contacts (2)`, `contacts 02 of 12`. */
const PART = /[\s_.-]*(?:part|page|file)?[\s_.-]*\(?\d{1,6}\)?(?:[\s_-]*of[\s_-]*\d{1,6})?$/i;

export const isCsv = (name: string): boolean => EXTENSION.test(name) && !name.startsWith('__MACOSX/');

/** One form for names that differ in case, blanks and hyphens. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');

/** Finds a type by any of its names: plural, singular, type id or label, in any case. */
export function typeFinder<T extends Named>(types: readonly T[]): (name: string) => T | undefined {
  const known = new Map<string, T>();
  const know = (names: (type: T) => readonly string[]) => {
    for (const type of types)
      for (const name of names(type)) if (!known.has(plain(name))) known.set(plain(name), type);
  };
  know(({ name, singular, typeId }) => [name, singular, typeId]);
  // A label may be another type's name.
  know(({ labels }) => [labels.plural, labels.singular]);
  return (name) => known.get(plain(name));
}

/** The type that a file is called by: as it is, or without the number of a part. */
export function typeOfFile<T extends Named>(
  fileName: string,
  find: (name: string) => T | undefined,
): T | undefined {
  const name = fileName.replace(FOLDERS, '').replace(EXTENSION, '');
  return find(name) ?? find(name.replace(PART, ''));
}
