// Events of the property groups made over the API, one stream for all groups of an object type:
// `propertygroup-contact`.
export interface PropertyGroupDefinition {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
}

export type PropertyGroupEvents = {
  'propertygroup.created.v1': { objectType: string; group: PropertyGroupDefinition };
  'propertygroup.changed.v1': {
    objectType: string;
    name: string;
    from: Partial<PropertyGroupDefinition>;
    to: Partial<PropertyGroupDefinition>;
  };
  /** Only a group without properties is archived. Its name is then free again. */
  'propertygroup.archived.v1': { objectType: string; name: string };
};
