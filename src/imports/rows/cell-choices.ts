// Finds what a cell chooses: an option by its value or label, an owner by id, e-mail address or name. Pure.
import type { PropertyDefinition, PropertyOption } from '../../crm/properties/property.events';
import type { NamedOwner } from '../../owners/owners';

/** The one thing that a text chooses; undefined where it is none, or could be several. */
export type Choose = (text: string) => string | undefined;

/** Yes and no as people write them, and as spreadsheets do in their language. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  true: ['true', 'yes', 'y', '1', 'ja', 'j', 'wahr', 'oui', 'vrai', 'sí', 'si', 'verdadero'],
  false: ['false', 'no', 'n', '0', 'nein', 'falsch', 'non', 'faux', 'falso'],
};
const words = new Map(
  Object.entries(WORDS).flatMap(([value, of]) => of.map((word) => [word, value] as const)),
);

/** As texts are compared in any case. */
const folded = (text: string): string => text.trim().normalize('NFC').toLowerCase();

/** What each text stands for; null where that is more than one thing. */
class Meanings {
  private readonly of = new Map<string, string | null>();

  add(text: string, meant: string): void {
    const before = this.of.get(text);
    this.of.set(text, before === undefined || before === meant ? meant : null);
  }

  one(text: string): string | undefined {
    return this.of.get(text) ?? undefined;
  }

  has(text: string): boolean {
    return this.of.has(text);
  }
}

/** By an option's value, then by its label, then by either in any case. */
function chooseOption(options: readonly PropertyOption[]): Choose {
  const values = new Set(options.map(({ value }) => value));
  const [labels, anyCase] = [new Meanings(), new Meanings()];
  for (const { value, label } of options) {
    labels.add(label, value);
    anyCase.add(folded(value), value);
    anyCase.add(folded(label), value);
  }
  return (text) => {
    if (values.has(text)) return text;
    return labels.has(text) ? labels.one(text) : anyCase.one(folded(text));
  };
}

/** True or false by a property's own labels, then by the words of people. */
function chooseBool(options: readonly PropertyOption[]): Choose {
  const own = chooseOption(options);
  return (text) => own(text) ?? words.get(folded(text));
}

/** By the id, which is judged when it is written, by the e-mail address, then by first and last name. */
function chooseOwner(owners: readonly NamedOwner[]): Choose {
  const [emails, names] = [new Meanings(), new Meanings()];
  for (const { id, email, firstName, lastName, archived } of owners) {
    emails.add(folded(email), id);
    const name = folded(`${firstName} ${lastName}`);
    if (name !== '' && !archived) names.add(name, id);
  }
  return (text) => {
    const asked = folded(text).replace(/\s+/g, ' ');
    return /^\d+$/.test(asked) ? asked : (emails.one(asked) ?? names.one(asked));
  };
}

const SEPARATOR = ';';

/** Several choices in one cell. One that begins with `;` adds to what was chosen before, as in HubSpot's API. */
const several =
  (choose: Choose): Choose =>
  (text) => {
    const parts = text.split(SEPARATOR).map((part) => part.trim());
    const chosen = parts.filter((part) => part !== '').map(choose);
    if (chosen.length === 0 || chosen.includes(undefined)) return undefined;
    return (text.startsWith(SEPARATOR) ? SEPARATOR : '') + chosen.join(SEPARATOR);
  };

const isYesOrNo = ({ type, options }: PropertyDefinition): boolean =>
  type === 'bool' ||
  (type === 'enumeration' &&
    options.length === 2 &&
    options.every(({ value }) => value === 'true' || value === 'false'));

/** How a cell of the property chooses; undefined where the property has no choices. */
export function choiceOf(property: PropertyDefinition, owners: readonly NamedOwner[]): Choose | undefined {
  const { type, options, fieldType, referencedObjectType } = property;
  const isOwner = referencedObjectType === 'OWNER';
  if (type !== 'enumeration' && type !== 'bool') return undefined;
  const choose = isOwner
    ? chooseOwner(owners)
    : isYesOrNo(property)
      ? chooseBool(options)
      : chooseOption(options);
  return fieldType === 'checkbox' && type === 'enumeration' ? several(choose) : choose;
}

/** Options that an error lists, and characters of each. */
const MOST_LISTED = 20;

/** The options as an error lists them: by label, and by value where that is another text. */
export function optionsListed({ options }: PropertyDefinition): string[] {
  const listed = options
    .filter(({ hidden }) => !hidden)
    .slice(0, MOST_LISTED)
    .map(({ value, label }) => (label === value || label === '' ? value : `${label} (${value})`));
  return options.length > MOST_LISTED ? [...listed, `and ${options.length - MOST_LISTED} more`] : listed;
}
