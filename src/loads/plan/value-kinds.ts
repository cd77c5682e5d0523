// Tells from the values of a column what type a property for them is to have.
import { standardGroups } from '../../crm/properties/standard-properties';
import type { PropertyDefinition, PropertyType } from '../../crm/properties/property.events';
import { yesNo } from '../../crm/properties/standard/definition';

/** No leading zeros and at most 15 digits: ids, telephone numbers and postcodes stay text. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const BOOL = /^(?:true|false)$/i;
/** Characters above which a text gets a field of several lines. */
const LONG = 255;

const FITS: readonly (readonly [PropertyType, RegExp])[] = [
  ['bool', BOOL],
  ['number', NUMBER],
  ['date', DATE],
  ['datetime', DATETIME],
];

const USUAL: Readonly<Partial<Record<PropertyType, string>>> = {
  bool: 'booleancheckbox',
  number: 'number',
  date: 'date',
  datetime: 'date',
};

/** What all values seen so far fit. */
export class ValueKind {
  private fitting = FITS;
  private any = false;
  private long = false;

  see(value: string): void {
    if (value === '') return;
    this.any = true;
    const trimmed = value.trim();
    if (this.fitting.length > 0) this.fitting = this.fitting.filter(([, form]) => form.test(trimmed));
    if (!this.long) this.long = value.length > LONG || /[\r\n]/.test(value);
  }

  get type(): PropertyType {
    return (this.any ? this.fitting[0]?.[0] : undefined) ?? 'string';
  }

  definition(objectType: string, name: string, label: string): PropertyDefinition {
    const { type } = this;
    return {
      ...{ name, label, type, fieldType: USUAL[type] ?? (this.long ? 'textarea' : 'text') },
      groupName: standardGroups(objectType)[0]!.name,
      ...{ description: '', options: type === 'bool' ? yesNo : [], displayOrder: -1 },
      ...{ hasUniqueValue: false, hidden: false, formField: false },
      ...{ dataSensitivity: 'non_sensitive', readOnlyValue: false },
    };
  }
}
