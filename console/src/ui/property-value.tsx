// Values of records as people read them: options by their labels, owners by their names, times in the reader's zone.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { propertiesQuery, usePersonName, type Property } from '../api/properties';
import { useFormats } from '../words/formats';
import { Value } from './shown';

const isPerson = ({ name, referencedObjectType }: Property): boolean =>
  referencedObjectType === 'OWNER' || /^(hubspot_owner_id|hs_(created|updated)_by_user_id)$/.test(name);

/** The text that stands for a value of a property. */
export function useValueText(objectType: string): (name: string, value: string | null | undefined) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  const personName = usePersonName();
  const { data = [] } = useQuery(propertiesQuery(objectType));
  const properties = new Map(data.map((property) => [property.name, property]));
  return (name, value) => {
    if (value === null || value === undefined || value === '') return '';
    const property = properties.get(name);
    if (!property || /^\*+$/.test(value)) return value;
    if (isPerson(property)) return personName(value);
    if (property.type === 'datetime') {
      const at = /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
      return Number.isNaN(at) ? value : formats.time(at);
    }
    if (property.options.length > 0) {
      const labels = new Map(property.options.map((option) => [option.value, option.label]));
      return value
        .split(';')
        .map((one) => labels.get(one) ?? one)
        .join('; ');
    }
    if (property.type === 'bool') return t(value === 'true' ? 'property.yes' : 'property.no');
    return value;
  };
}

export function PropertyValue({
  objectType,
  name,
  value,
  lines,
}: {
  readonly objectType: string;
  readonly name: string;
  readonly value: string | null | undefined;
  readonly lines?: number;
}) {
  const text = useValueText(objectType);
  return <Value value={text(name, value)} {...(lines !== undefined && { lines })} />;
}
