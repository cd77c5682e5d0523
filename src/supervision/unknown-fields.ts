// Has schemas that refuse fields which they do not know tell the known one that may have been meant.
import { z } from 'zod';
import { nearest } from './nearest';

/** Begins the message of an issue that says which fields an object has. */
const KNOWN = 'known: ';

/** Has issues about unknown fields say which are known: the fields nearest to them are told. */
export const tellingKnown: z.core.ParseContext<z.core.$ZodIssue> = {
  error: ({ code, inst }) => {
    if (code !== 'unrecognized_keys' || !(inst instanceof z.ZodObject)) return undefined;
    return `${KNOWN}${Object.keys(inst.shape).join()}`;
  },
};

/** What is said of a field that is not known. `message` is that of an issue that tells those that are. */
export function unknownField(field: string, message: string): string {
  const known = message.startsWith(KNOWN) ? message.slice(KNOWN.length).split(',') : [];
  const meant = nearest(field, known);
  return `is not known${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
