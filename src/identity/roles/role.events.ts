// Events of the account's own roles, all in the stream `roles`.

/** How far a right reaches over the records of an object type, by their owner. */
export type Level = 'none' | 'own' | 'team' | 'all';

export interface RecordRights {
  readonly view: Level;
  readonly edit: Level;
  readonly delete: Level;
}

export interface Permissions {
  /**
   * By object type in the plural, `custom` for all custom object types; `default` for all types that are not named.
   */
  readonly records: Readonly<Record<string, RecordRights>>;
  /** What the role allows beside records, by the names of `allowances`. */
  readonly allows: readonly string[];
}

export type RoleEvents = {
  'role.created.v1': { roleId: string; name: string; permissions: Permissions };
  'role.changed.v1': {
    roleId: string;
    from: { name: string; permissions: Permissions };
    to: { name: string; permissions: Permissions };
  };
  'role.deleted.v1': { roleId: string; name: string };
};
