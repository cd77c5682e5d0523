// Words of property definitions, and the ids of their documents.
export const propertyTypes = [
  'string',
  'number',
  'date',
  'datetime',
  'enumeration',
  'bool',
  'phone_number',
  'json',
] as const;
export const numberDisplayHints = [
  'currency',
  'duration',
  'formatted',
  'percentage',
  'probability',
  'unformatted',
] as const;
export const textDisplayHints = [
  'domain_name',
  'email',
  'ip_address',
  'multi_line',
  'phone_number',
  'physical_address',
  'postal_code',
  'unformatted_single_line',
] as const;

export const dataSensitivities = ['non_sensitive', 'sensitive', 'highly_sensitive'] as const;
export type DataSensitivity = (typeof dataSensitivities)[number];

/** The stricter of two sensitivities: what was sensitive once stays so, whatever its definition says later. */
export const stricter = (one: DataSensitivity, other: DataSensitivity = 'non_sensitive'): DataSensitivity =>
  dataSensitivities.indexOf(other) > dataSensitivities.indexOf(one) ? other : one;

export const propertyDocumentId = (objectType: string, name: string): string => `${objectType}/${name}`;

/** Bounds of the ids of an object type's properties: `{ $gte, $lt }` over `id`. */
export const propertyIdRange = (objectType: string) => ({ $gte: `${objectType}/`, $lt: `${objectType}0` });
