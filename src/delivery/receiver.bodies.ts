// What bodies say of a receiver, whatever is delivered to it: its address, and from where in the log on it is told.
import { z } from 'zod';

const MOST_URL = 2_048;

/** An address without user and password: these would be shown. What is behind `#` is never sent. */
export const receiverUrl = z
  .string()
  .max(MOST_URL)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, hash, hostname } = new URL(text);
    return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '' && hostname !== '';
  }, 'must be an http or https URL without user, password and fragment');

export const logPosition = z
  .union([z.string().regex(/^\d{1,18}$/, 'must be a position'), z.number().int().min(0)])
  .transform((given) => BigInt(given));
