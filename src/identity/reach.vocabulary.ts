// Whose records somebody's rights reach over.

/** Everybody's records, or those that users with these ids own: the person's own id comes first. */
export type Owners = 'all' | readonly string[];

/** By object type, `custom` for all custom types, and by right; judged by `hubspot_owner_id`. */
export type Reach = Readonly<Record<string, Readonly<Record<'view' | 'edit' | 'delete', Owners>>>>;
